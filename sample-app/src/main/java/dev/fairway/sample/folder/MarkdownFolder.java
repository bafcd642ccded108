package dev.fairway.sample.folder;

import dev.fairway.sample.desk.Tenants;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Markdown files of a folder. Its first-level folders are tenants; files directly in it belong to a tenant with the name of
 * the folder. Hidden folders and those in which builds leave their results are not looked into, links not followed.
 */
final class MarkdownFolder {
    private static final Logger log = LoggerFactory.getLogger(MarkdownFolder.class);
    private static final Set<String> SKIPPED = Set.of("target", "build", "node_modules");

    private final Path root;

    MarkdownFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    /** {@return the files, in turns of their tenants: so no tenant's files wait for all of another's} */
    List<MarkdownFile> files() throws IOException {
        Map<String, Deque<MarkdownFile>> byTenant = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                return dir.equals(root) || isLookedInto(dir) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isMarkdown(path)) {
                    MarkdownFile file = file(path);
                    byTenant.computeIfAbsent(file.tenant(), tenant -> new ArrayDeque<>())
                            .add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) {
                log.warn("Cannot be imported: {}: {}", path, failure.toString());
                return FileVisitResult.CONTINUE;
            }
        });
        return inTurns(byTenant.values());
    }

    private static List<MarkdownFile> inTurns(Collection<Deque<MarkdownFile>> tenants) {
        List<MarkdownFile> files = new ArrayList<>();
        Deque<Deque<MarkdownFile>> round = new ArrayDeque<>();
        for (Deque<MarkdownFile> tenant : tenants) {
            round.add(sorted(tenant));
        }
        while (!round.isEmpty()) {
            Deque<MarkdownFile> tenant = round.remove();
            files.add(tenant.remove());
            if (!tenant.isEmpty()) {
                round.add(tenant);
            }
        }
        return files;
    }

    private static Deque<MarkdownFile> sorted(Collection<MarkdownFile> files) {
        return new ArrayDeque<>(
                files.stream().sorted(Comparator.comparing(MarkdownFile::name)).toList());
    }

    private MarkdownFile file(Path path) {
        Path relative = root.relativize(path);
        boolean inRoot = relative.getNameCount() == 1;
        String folder = inRoot ? name(root) : relative.getName(0).toString();
        Path name = inRoot ? relative : relative.subpath(1, relative.getNameCount());
        return new MarkdownFile(
                Tenants.ofFolder(folder),
                path,
                name.toString().replace(path.getFileSystem().getSeparator(), "/"));
    }

    private static boolean isLookedInto(Path dir) {
        String name = name(dir);
        return !name.startsWith(".") && !SKIPPED.contains(name);
    }

    private static boolean isMarkdown(Path path) {
        String name = name(path).toLowerCase(Locale.ROOT);
        return name.endsWith(".md") || name.endsWith(".markdown");
    }

    /** The root of a file system has no name. */
    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
