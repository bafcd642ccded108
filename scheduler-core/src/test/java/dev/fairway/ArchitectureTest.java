package dev.fairway;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String[] PACKAGES = {
        "dev.fairway",
        "dev.fairway.scheduler",
        "dev.fairway.dispatcher",
        "dev.fairway.coordinator",
        "dev.fairway.internal"
    };

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.fairway");

    @Test
    void theCoreNeedsNothingButTheJdkAndJcTools() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAPackage("java..")
                        .or(resideInAPackage("org.jctools.."))
                        .or(resideInAPackage("org.jspecify.."))
                        .or(resideInAPackage("dev.fairway..")))
                .because("it is for applications without Spring and Micrometer, too,"
                        + " and each dependency is somebody's version conflict")
                .check(CORE);
    }

    @Test
    void thePrimitivesDoNotKnowOneAnother() {
        slices().matching("dev.fairway.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAPackage("dev.fairway.internal"))
                .because("who needs one primitive must not have to understand the others")
                .check(CORE);
    }

    @Test
    void whatThePrimitivesShareKnowsNoneOfThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairway")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fairway.*..")
                .because("dependencies point one way, from the primitives to what they share")
                .check(CORE);
    }

    @Test
    void whatIsSharedUnseenKnowsNoPrimitive() {
        noClasses()
                .that()
                .resideInAPackage("dev.fairway.internal")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fairway.scheduler", "dev.fairway.dispatcher", "dev.fairway.coordinator")
                .because("it is the ground that the primitives stand on")
                .check(CORE);
    }

    @Test
    void thereAreNoOtherPackages() {
        classes()
                .should()
                .resideInAnyPackage(PACKAGES)
                .because(
                        "what is not for users is package-private, and what more than one primitive needs has one place")
                .check(CORE);
    }

    @Test
    void nothingIsPrinted() {
        noClasses()
                .should(ACCESS_STANDARD_STREAMS)
                .because("a library speaks through System.Logger, which the application routes where it wants")
                .check(CORE);
    }
}
