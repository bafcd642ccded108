package dev.fairway.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.fairway");

    @Test
    void theCoreDoesNotKnowSpring() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.fairway.spring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fairway.spring..", "org.springframework..", "io.micrometer..")
                .because("dependencies point one way: sample-app, starter, autoconfigure, core")
                .check(CLASSES);
    }

    @Test
    void whatUsersNameDoesNotKnowHowItIsConfigured() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairway.spring")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairway.spring.*..")
                .because("annotations and customizers are the stable part; what reads them may change")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void thePartsHaveNoCycles() {
        slices().matching("dev.fairway.spring.(*)..")
                .should()
                .beFreeOfCycles()
                .because("each part must be able to switch itself off when its library is missing")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theCoresInternalsAreItsOwn() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairway.spring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairway.internal")
                .because("the core's module does not export it, so it would not be found on the module path")
                .check(CLASSES);
    }

    @Test
    void theLibraryDoesNotKnowTheSample() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fairway.sample..", "dev.fairway.benchmarks..")
                .because("users do not get the sample and the benchmarks")
                .check(CLASSES);
    }

    @Test
    void allClassesAreInOurPackages() {
        classes()
                .that()
                .resideOutsideOfPackages(
                        "dev.fairway",
                        "dev.fairway.scheduler",
                        "dev.fairway.dispatcher",
                        "dev.fairway.coordinator",
                        "dev.fairway.internal")
                .should()
                .resideInAPackage("dev.fairway.spring..")
                .because("a package in two jars cannot be used from named modules")
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
