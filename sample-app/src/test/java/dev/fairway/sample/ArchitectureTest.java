package dev.fairway.sample;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.fairway");

    @Test
    void theLibraryDoesNotKnowTheSample() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.fairway.sample..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairway.sample..")
                .because("dependencies point one way: sample-app, starter, autoconfigure, core")
                .check(CLASSES);
    }

    @Test
    void theSampleUsesOnlyWhatUsersName() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairway.sample..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fairway.spring.*..", "org.jctools..")
                .because("what the sample cannot do without the library's own parts, users cannot do either")
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
