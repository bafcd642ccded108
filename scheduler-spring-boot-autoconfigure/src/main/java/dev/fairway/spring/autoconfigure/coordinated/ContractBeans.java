package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.coordinator.WorkerStats;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import dev.fairway.spring.autoconfigure.call.ArgumentExpression;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/** A contract and the beans that belong to it: workers, the one that stands for any of them, those that stand for several. */
final class ContractBeans {
    final String name;
    final Contract contract;

    /** As its workers fill it in. */
    final ResolvableType type;

    private final Class<?> contractClass;
    private final boolean isOfMethods;
    private final List<WorkerBean> workers;
    private final ConfigurableListableBeanFactory beanFactory;
    private final Environment environment;
    private final WorkerObjects objects;
    private final TaskMethods ofAny;

    /** The instances of each prototype. */
    private final Map<String, List<WorkerBean>> groups = new LinkedHashMap<>();

    ContractBeans(
            String name,
            List<WorkerBean> workers,
            ConfigurableListableBeanFactory beanFactory,
            Environment environment,
            StartUp startUp,
            WorkerObjects objects) {
        this.name = name;
        this.workers = List.copyOf(workers);
        this.beanFactory = beanFactory;
        this.environment = environment;
        this.objects = objects;
        WorkerBean first = workers.get(0);
        this.contractClass = first.contract();
        this.isOfMethods = first.isOfMethods();
        this.type = commonType(name, workers);
        this.contract = new Contract(name, new Crew(name, workers, beanFactory), startUp);
        this.ofAny =
                new TaskMethods(contractClass, type, first.userClass(), first.ofType(), true, beanFactory, environment);
        if (!isOfMethods) {
            requireSameCalls();
            TaskMethods unused = ofAny.checked();
        }
        for (WorkerBean worker : workers) {
            TaskMethods unused = methods(worker, worker.userClass()).checked();
            if (worker.group() != null) {
                groups.computeIfAbsent(worker.group(), group -> new ArrayList<>())
                        .add(worker);
            }
        }
    }

    private static ResolvableType commonType(String name, List<WorkerBean> workers) {
        WorkerBean first = workers.get(0);
        ResolvableType common = first.contractType();
        for (WorkerBean worker : workers) {
            if (worker.contract() != first.contract() || worker.isOfMethods() != first.isOfMethods()) {
                throw mismatch(name, "two contracts", first, worker, describe(first), describe(worker));
            }
            ResolvableType type = worker.contractType();
            if (common.hasUnresolvableGenerics()) {
                common = type;
            } else if (!type.hasUnresolvableGenerics() && !type.toString().equals(common.toString())) {
                throw mismatch(
                        name,
                        "two parameterizations of one contract",
                        first,
                        worker,
                        common.toString(),
                        type.toString());
            }
        }
        return common.hasUnresolvableGenerics() ? ResolvableType.forClass(first.contract()) : common;
    }

    private static String describe(WorkerBean worker) {
        return worker.contract().getName() + (worker.isOfMethods() ? " (single methods)" : "");
    }

    private static FairwayConfigurationException mismatch(
            String name, String what, WorkerBean one, WorkerBean other, String ofOne, String ofOther) {
        return new FairwayConfigurationException(
                "The coordinator '" + name + "' has " + what + ": " + ofOne + " of bean '" + one.name() + "', and "
                        + ofOther + " of bean '" + other.name() + "'.",
                "A coordinator has one contract: give one of them another coordinator.");
    }

    /** A coordinator of a context above may be the contract's there, too. Then it must be this one. */
    void requireSameContractAbove() {
        BeanFactory owner = contract.crew.owner();
        BeanFactory above = owner == beanFactory ? null : beanFactory.getParentBeanFactory();
        while (owner != null && above instanceof HierarchicalBeanFactory factory) {
            ContractBeans other = CoordinatedContracts.in(factory, name);
            if (other != null
                    && other.contract.crew.owner() == owner
                    && !type.toString().equals(other.type.toString())) {
                throw mismatch(
                        name,
                        "two contracts, here and in a parent context",
                        workers.get(0),
                        other.workers.get(0),
                        type.toString(),
                        other.type.toString());
            }
            above = factory.getParentBeanFactory();
        }
    }

    /** A call for any worker is treated in the same way whoever does it. */
    private void requireSameCalls() {
        WorkerBean first = workers.get(0);
        for (WorkerBean worker : workers) {
            for (Method method : TaskMethods.methodsOf(contractClass)) {
                Attributes one = TaskMethods.attributes(method, first.userClass(), first.ofType());
                Attributes other = TaskMethods.attributes(method, worker.userClass(), worker.ofType());
                if (one != null && other != null && !one.sameCalls(other)) {
                    throw new FairwayConfigurationException(
                            "The beans '" + first.name() + "' and '" + worker.name() + "' of the coordinator '" + name
                                    + "' do not agree about " + ArgumentExpression.describe(method) + ": "
                                    + one.calls() + " and " + other.calls() + ".",
                            "Put the same @CoordinatedTask attributes on both, or on " + contractClass.getName() + ".");
                }
            }
        }
    }

    // ---- the names of the beans that we define

    String any() {
        return name + ".any";
    }

    String coordinated() {
        return name + ".coordinated";
    }

    boolean isOfMethods() {
        return isOfMethods;
    }

    Class<?> contractClass() {
        return contractClass;
    }

    Map<String, List<WorkerBean>> groups() {
        return groups;
    }

    /** {@return whether the application says which worker is meant when any would do} */
    boolean hasPrimary() {
        return workers.stream().anyMatch(WorkerBean::isPrimary);
    }

    // ---- what stands for workers

    Object anyWorker() {
        return objects.standIn(proxy(null), anyDescription());
    }

    private String anyDescription() {
        return "any worker of coordinator '" + name + "'";
    }

    /** {@return an object of the contract's type, the calls of which are for those} Null: for whom the expressions say. */
    private Object proxy(@Nullable Affinity affinity) {
        String description =
                affinity == null ? anyDescription() : "workers of coordinator '" + name + "' by " + affinity;
        return ContractProxies.standIn(
                contractClass,
                new ContractInterceptor(contract, ofAny, affinity == null ? null : () -> affinity, description),
                beanFactory.getBeanClassLoader());
    }

    Coordinated<Object> selections() {
        return new DefaultCoordinated<>(contract, this::proxy);
    }

    /** {@return what everybody gets who asks for a prototype bean} */
    Object anyOf(String group) {
        Object standIn =
                ContractProxies.standIn(groupType(group), groupInterceptor(group), beanFactory.getBeanClassLoader());
        return objects.standIn(standIn, groupDescription(group));
    }

    private Class<?> groupType(String group) {
        return members(group).get(0).userClass();
    }

    private List<WorkerBean> members(String group) {
        return groups.getOrDefault(group, List.of());
    }

    private ContractInterceptor groupInterceptor(String group) {
        List<WorkerBean> members = members(group);
        AtomicInteger next = new AtomicInteger();
        return new ContractInterceptor(
                contract,
                methods(members.get(0), members.get(0).userClass()),
                () -> mostAvailable(members, Math.floorMod(next.getAndIncrement(), members.size())),
                groupDescription(group));
    }

    private String groupDescription(String group) {
        return "any instance of '" + group + "' in coordinator '" + name + "'";
    }

    private Affinity mostAvailable(List<WorkerBean> members, int start) {
        Turn turn = Turn.current();
        String best = members.get(start).name();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < members.size(); i++) {
            String member = members.get((start + i) % members.size()).name();
            if (turn != null && turn.worker.contract == contract && turn.worker.name.equals(member)) {
                return Affinity.require(member);
            }
            double delay = contract.crew.hasFailed(member)
                    ? Double.POSITIVE_INFINITY
                    : contract.coordinator()
                            .stats(member)
                            .map(ContractBeans::delay)
                            .orElse(0.0);
            if (delay < least) {
                least = delay;
                best = member;
            }
        }
        return Affinity.require(best);
    }

    private static double delay(WorkerStats stats) {
        int before = stats.waiting() + (stats.state() == WorkerState.BUSY ? 1 : 0);
        return before * (double) Math.max(1, stats.ewma().toNanos());
    }

    /** {@return the classes of what stands for workers} Ahead of time. */
    List<Class<?>> standInClasses() {
        List<Class<?>> classes = new ArrayList<>();
        if (!isOfMethods) {
            classes.add(anyWorker().getClass());
        }
        groups.keySet().forEach(group -> classes.add(anyOf(group).getClass()));
        return classes;
    }

    TaskMethods methods(WorkerBean worker, Class<?> userClass) {
        return new TaskMethods(
                contractClass, worker.contractType(), userClass, worker.ofType(), false, beanFactory, environment);
    }

    /** The application has started. */
    void open() {
        var unused = contract.coordinator();
    }

    Optional<Worker> present(String worker) {
        return Optional.ofNullable(contract.crew.find(worker));
    }
}
