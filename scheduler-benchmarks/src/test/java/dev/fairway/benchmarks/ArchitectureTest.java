package dev.fairway.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("dev.fairway");

    @Test
    void theLibraryDoesNotKnowTheBenchmarks() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.fairway.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairway.benchmarks..")
                .because("nothing is built into the library for the sake of being measured")
                .check(CLASSES);
    }
}
