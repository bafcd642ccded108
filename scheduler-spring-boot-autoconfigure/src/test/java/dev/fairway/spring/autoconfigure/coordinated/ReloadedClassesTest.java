package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.spring.CoordinatedTask;
import java.security.ProtectionDomain;
import org.junit.jupiter.api.Test;
import org.springframework.core.SmartClassLoader;

/** Under a class loader that reloads the application's classes, and leaves those of libraries alone, as that of devtools. */
class ReloadedClassesTest {
    @Test
    void proxiesOfWhatIsNotReloadedAreBesideIt() {
        Reloading loader = new Reloading(getClass().getClassLoader());
        runner().withClassLoader(loader).withBean("library", Library.class).run(context -> {
            Library library = context.getBean("library", Library.class);
            Library any = context.getBean("libraries.any", Library.class);
            assertThat(library.getClass().getClassLoader()).isSameAs(Library.class.getClassLoader());
            assertThat(any.getClass().getClassLoader()).isSameAs(Library.class.getClassLoader());
            assertThat(library.packagePrivate()).isEqualTo(1);
            assertThat(any.packagePrivate()).isEqualTo(2);
            assertThat(coordinator(context, "libraries").stats().completed())
                    .as("calls that became tasks")
                    .isEqualTo(2);
        });
    }

    @Test
    void anInterfaceThatOnlyItsPackageSeesCanBeAContract() {
        Reloading loader = new Reloading(getClass().getClassLoader());
        runner().withClassLoader(loader).withBean("hidden", Hiding.class).run(context -> {
            assertThat(context.getBean("hidings.any", Hidden.class).work()).isEqualTo("worked");
            assertThat(context.getBean("hidden", Hidden.class).work()).isEqualTo("worked");
        });
    }

    /** It has loaded none of the classes here. */
    private static final class Reloading extends ClassLoader implements SmartClassLoader {
        Reloading(ClassLoader parent) {
            super(parent);
        }

        @Override
        public ClassLoader getOriginalClassLoader() {
            return getParent();
        }

        @Override
        public Class<?> publicDefineClass(String name, byte[] bytes, ProtectionDomain domain) {
            return defineClass(name, bytes, 0, bytes.length, domain);
        }
    }

    @CoordinatedTask("libraries")
    static class Library {
        private int calls;

        int packagePrivate() {
            return ++calls;
        }
    }

    @CoordinatedTask("hidings")
    interface Hidden {
        String work();
    }

    static final class Hiding implements Hidden {
        @Override
        public String work() {
            return "worked";
        }
    }
}
