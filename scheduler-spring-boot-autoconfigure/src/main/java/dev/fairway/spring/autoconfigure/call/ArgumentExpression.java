package dev.fairway.spring.autoconfigure.call;

import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** A SpEL expression over the arguments of a method, checked as far as that is possible before there are any. */
public final class ArgumentExpression {
    private static final SpelExpressionParser PARSER = new SpelExpressionParser();
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
    private static final Object NO_ROOT = new Object();

    private final String what;
    private final Method method;
    private final SpelExpression expression;
    private final BeanFactoryResolver beans;
    private final ParameterNameDiscoverer names;

    /**
     * @param what the attribute, for messages
     * @param text the expression
     * @param method whose arguments it is about
     * @param beanFactory for {@code @bean} references
     * @throws FairwayConfigurationException saying what is wrong with it
     */
    public ArgumentExpression(String what, String text, Method method, BeanFactory beanFactory) {
        this.what = what;
        this.method = method;
        this.beans = new BeanFactoryResolver(beanFactory);
        this.names = new Known(NAMES.getParameterNames(method));
        if (text.isBlank()) {
            throw wrong(
                    text,
                    "is blank",
                    "Write an expression over the arguments, such as #p0, or a name in quotes: 'reports'.");
        }
        try {
            this.expression = PARSER.parseRaw(text);
        } catch (ParseException e) {
            FairwayConfigurationException failure = wrong(
                    text,
                    "is no expression: " + e.getSimpleMessage(),
                    "Correct it. A fixed name is written in quotes: 'reports'.");
            failure.initCause(e);
            throw failure;
        }
        check(text);
    }

    private void check(String text) {
        SpelNode first = expression.getAST();
        while (first.getChildCount() > 0 && !(first instanceof MethodReference)) {
            first = first.getChild(0);
        }
        if (first instanceof PropertyOrFieldReference || first instanceof MethodReference) {
            throw wrong(
                    text,
                    "begins with a name that is nothing here",
                    "An argument is written with a hash, such as #" + first(text) + "; a fixed name in quotes: '" + text
                            + "'.");
        }
        Set<String> known = variables();
        checkVariables(text, expression.getAST(), known);
    }

    private static String first(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? text : text.substring(0, dot);
    }

    private Set<String> variables() {
        Set<String> known = new TreeSet<>();
        @Nullable String @Nullable [] names = NAMES.getParameterNames(method);
        for (int i = 0; i < method.getParameterCount(); i++) {
            known.add("#p" + i);
            known.add("#a" + i);
            if (names != null) {
                known.add("#" + names[i]);
            }
        }
        return known;
    }

    private void checkVariables(String text, SpelNode node, Set<String> known) {
        String name = node.toStringAST();
        boolean unknownVariable = node instanceof VariableReference
                && !known.contains(name)
                && !name.equals("#this")
                && !name.equals("#root");
        if (unknownVariable || node instanceof FunctionReference) {
            throw wrong(
                    text,
                    "uses " + name + ", which is not there",
                    "There are " + known
                            + (NAMES.getParameterNames(method) == null
                                    ? ". For the names of parameters, compile with -parameters."
                                    : "."));
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            checkVariables(text, node.getChild(i), known);
        }
    }

    private FairwayConfigurationException wrong(String text, String problem, String action) {
        return new FairwayConfigurationException(
                "The " + what + " '" + text + "' of " + describe(method) + " " + problem + ".", action);
    }

    /**
     * {@return the value as text, not blank}
     *
     * @param arguments those of the call
     * @throws IllegalArgumentException when it is null or blank, or has no value
     */
    public String text(@Nullable Object[] arguments) {
        String text = textOrNull(arguments);
        if (text == null) {
            throw new IllegalArgumentException(
                    "the " + what + " '" + expression.getExpressionString() + "' of " + describe(method) + " is null");
        }
        return text;
    }

    /**
     * {@return the value as text, not blank, when there is one}
     *
     * @param arguments those of the call
     * @throws IllegalArgumentException when it is blank, or has no value
     */
    public @Nullable String textOrNull(@Nullable Object[] arguments) {
        MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(NO_ROOT, method, arguments, names);
        context.setBeanResolver(beans);
        Object value;
        try {
            value = expression.getValue(context);
        } catch (EvaluationException e) {
            throw new IllegalArgumentException(
                    "the " + what + " '" + expression.getExpressionString() + "' of " + describe(method)
                            + " has no value: " + e.getSimpleMessage(),
                    e);
        }
        String text = value == null ? null : value.toString();
        if (text != null && text.isBlank()) {
            throw new IllegalArgumentException("the " + what + " '" + expression.getExpressionString() + "' of "
                    + describe(method) + " is blank: '" + text + "'");
        }
        return text;
    }

    /** Looked up once, and not for each call. */
    private static final class Known implements ParameterNameDiscoverer {
        private final @Nullable String @Nullable [] names;

        Known(@Nullable String @Nullable [] names) {
            this.names = names;
        }

        @Override
        public @Nullable String @Nullable [] getParameterNames(Method method) {
            return names;
        }

        @Override
        public @Nullable String @Nullable [] getParameterNames(Constructor<?> constructor) {
            return null;
        }
    }

    /**
     * {@return a method for messages}
     *
     * @param method the method
     */
    public static String describe(Method method) {
        StringBuilder text = new StringBuilder()
                .append(method.getDeclaringClass().getName())
                .append('.')
                .append(method.getName())
                .append('(');
        String separator = "";
        for (Class<?> parameter : method.getParameterTypes()) {
            text.append(separator).append(parameter.getSimpleName());
            separator = ", ";
        }
        return text.append(')').toString();
    }
}
