package dev.fairway.benchmarks.spring;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/**
 * The class path of this JVM, with and without Fairway. Where everything is one jar, each gets a copy of it, written in the same way: one
 * without our classes and without the lines that lead Spring Boot to them.
 */
final class ClassPath {
    private static final String OURS = "dev/fairway/";
    private static final String OURS_IN_TEXT = "dev.fairway.";
    private static final String KEPT = "dev/fairway/benchmarks/spring/";
    private static final String MARK = "dev/fairway/coordinator/Coordinator.class";
    private static final String MARK_OF_SPRING = "dev/fairway/spring/CoordinatedTask.class";

    private ClassPath() {}

    /** {@return the class path with Fairway} Jars that hold it are copied to the directory. */
    static String with(Path directory) throws IOException {
        return copied(directory, name -> true, UnaryOperator.identity());
    }

    /** {@return the class path without Fairway, but with the application that is started} */
    static String without(Path directory) throws IOException {
        return copied(
                directory,
                name -> !name.startsWith(OURS) || name.startsWith(KEPT),
                text -> text.lines()
                        .filter(line -> !line.startsWith(OURS_IN_TEXT))
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private static String copied(Path directory, Predicate<String> keeps, UnaryOperator<String> text)
            throws IOException {
        List<String> copies = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            if (Files.isDirectory(path)) {
                if (keeps.test(MARK)
                        || !(Files.exists(path.resolve(MARK)) || Files.exists(path.resolve(MARK_OF_SPRING)))) {
                    copies.add(element);
                }
            } else if (Files.exists(path)) {
                copies.add(copyIfOurs(path, directory.resolve(path.getFileName()), keeps, text));
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static String copyIfOurs(Path from, Path to, Predicate<String> keeps, UnaryOperator<String> text)
            throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            if (jar.getEntry(MARK) == null && jar.getEntry(MARK_OF_SPRING) == null) {
                return from.toString();
            }
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
                for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (keeps.test(entry.getName())) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        out.write(content(jar, entry, text));
                        out.closeEntry();
                    }
                }
            }
            return to.toString();
        }
    }

    private static byte[] content(JarFile jar, JarEntry entry, UnaryOperator<String> text) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            String name = entry.getName();
            if (!name.endsWith(".imports") && !name.equals("META-INF/spring-autoconfigure-metadata.properties")) {
                return bytes;
            }
            return text.apply(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
    }
}
