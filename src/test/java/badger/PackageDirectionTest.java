package badger;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import badger.linux.VirtioNetHeader;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** The package table of docs/ARCHITECTURE.md: imports never point up. */
@AnalyzeClasses(packages = "badger", importOptions = ImportOption.DoNotIncludeTests.class)
final class PackageDirectionTest {
    @ArchTest
    static final ArchRule packagesPointDownwards = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("config")
            .definedBy("badger.config..")
            .layer("iex")
            .definedBy("badger.iex..")
            .layer("message")
            .definedBy("badger.message..")
            .layer("control")
            .definedBy("badger.control..")
            .layer("datapath")
            .definedBy("badger.datapath..")
            .layer("peer")
            .definedBy("badger.peer..")
            .layer("dtls")
            .definedBy("badger.dtls..")
            .layer("offload")
            .definedBy("badger.offload..")
            .layer("tun")
            .definedBy("badger.tun..")
            .layer("udp")
            .definedBy("badger.udp..")
            .layer("linux")
            .definedBy("badger.linux..")
            .layer("memory")
            .definedBy("badger.memory..")
            .layer("wire")
            .definedBy("badger.wire..")
            .layer("counter")
            .definedBy("badger.counter..")
            .layer("status")
            .definedBy("badger.status..")
            .layer("bindings")
            .definedBy("badger.bindings..")
            .whereLayer("config")
            .mayOnlyAccessLayers("udp", "wire")
            .whereLayer("iex")
            .mayOnlyAccessLayers("message", "udp", "wire", "counter")
            .whereLayer("message")
            .mayOnlyAccessLayers("udp", "wire")
            .whereLayer("control")
            .mayOnlyAccessLayers("message", "peer", "udp", "wire", "counter")
            .whereLayer("datapath")
            .mayOnlyAccessLayers("peer", "dtls", "offload", "tun", "udp", "linux", "memory", "wire", "counter")
            .whereLayer("peer")
            .mayOnlyAccessLayers("dtls", "offload", "memory", "udp", "wire", "counter")
            .whereLayer("dtls")
            .mayOnlyAccessLayers("wire", "memory", "linux", "counter")
            .whereLayer("offload")
            .mayOnlyAccessLayers("linux", "memory", "wire")
            .whereLayer("tun")
            .mayOnlyAccessLayers("linux", "memory", "wire")
            .whereLayer("udp")
            .mayOnlyAccessLayers("linux", "memory", "wire")
            .whereLayer("linux")
            .mayOnlyAccessLayers("bindings")
            .whereLayer("memory")
            .mayNotAccessAnyLayer()
            .whereLayer("wire")
            .mayNotAccessAnyLayer()
            .whereLayer("counter")
            .mayNotAccessAnyLayer()
            .whereLayer("status")
            .mayOnlyAccessLayers("counter")
            .whereLayer("bindings")
            .mayOnlyBeAccessedByLayers("linux");

    @ArchTest
    static final ArchRule onlyDtlsUsesBouncyCastle = onlyIn("badger.dtls..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule onlyMessagesAndStatusUseJson = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("badger.message..", "badger.status..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.eclipsesource.json..");

    @ArchTest
    static final ArchRule onlyLinuxLinksNativeCode = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("badger.linux..", "badger.bindings..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.Linker")
            .allowEmptyShould(true);

    /** Of all kernel formats the data path knows the one that stands before each packet; the rest is for the seams. */
    @ArchTest
    static final ArchRule dataPathMakesNoSystemCalls = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("badger.datapath..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("badger.linux..")
                    .and(DescribedPredicate.not(JavaClass.Predicates.type(VirtioNetHeader.class))))
            .allowEmptyShould(true);

    private static ArchRule onlyIn(String home, String library) {
        return ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }
}
