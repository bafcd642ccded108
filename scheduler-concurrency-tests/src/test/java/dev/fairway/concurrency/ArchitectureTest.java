package dev.fairway.concurrency;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.fairway");

    @Test
    void theLibraryDoesNotKnowWhatTestsIt() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fairway.concurrency..", "org.openjdk.jcstress..", "org.jetbrains..")
                .because(
                        "jcstress is under the GPL, and nothing is built into the library for the sake of being tested")
                .check(LIBRARY);
    }
}
