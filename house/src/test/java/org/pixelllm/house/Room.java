package org.pixelllm.house;

import java.util.List;
import java.util.Optional;

/**
 * A row of the house plan.
 *
 * @param name its module, its folder and its package below {@code org.pixelllm}
 * @param knows the rooms that it may use
 * @param api its packages that other rooms may use, below its own; {@code ""} is the room's own package
 */
record Room(String name, List<String> knows, List<String> api) {

    static final String ROOT = "org.pixelllm";

    /** The plan, each room after those that it knows. */
    static final List<Room> PLAN = List.of(
            new Room("protocol", List.of(), List.of("fault", "file", "images", "png", "view")),
            new Room(
                    "pxvm",
                    List.of("protocol"),
                    List.of(
                            "cartridge",
                            "executor",
                            "executor.expert",
                            "json",
                            "program",
                            "regex",
                            "tokenizer",
                            "weights")),
            new Room("webgpu", List.of("protocol", "pxvm"), List.of("", "api")),
            new Room("engine", List.of("protocol", "pxvm"), List.of("", "chat", "look", "serve", "text", "view")),
            new Room(
                    "forge",
                    List.of("protocol", "pxvm"),
                    List.of("", "family", "importer", "importer.v0", "train.data", "train.run")),
            new Room("conformance", List.of("protocol"), List.of("kit")),
            new Room("server", List.of("protocol", "pxvm", "engine"), List.of("", "answer", "wire")),
            new Room(
                    "cli",
                    List.of("protocol", "pxvm", "webgpu", "engine", "forge", "conformance", "server"),
                    List.of()),
            new Room("bench", List.of("protocol", "pxvm", "webgpu", "engine", "forge"), List.of()));

    /**
     * A package that is not for other rooms, and one that uses it all the same.
     *
     * @param used the package, or one below it
     * @param by the package that uses it
     * @param reason why
     */
    record Exemption(String used, String by, String reason) {

        boolean allows(String user, String target) {
            return user.equals(by) && (target.equals(used) || target.startsWith(used + "."));
        }
    }

    static final List<Exemption> EXEMPTIONS = List.of(
            new Exemption(
                    ROOT + ".pxvm.executor.reference",
                    ROOT + ".webgpu",
                    "a GPU is compared with the reference before it is used"),
            new Exemption(
                    ROOT + ".pxvm.executor.reference",
                    ROOT + ".cli.model",
                    "notes and training differ where the reference was chosen"),
            new Exemption(
                    ROOT + ".pxvm.executor.simd",
                    ROOT + ".cli.model",
                    "training computes with vectors whichever executor measures it"),
            new Exemption(
                    ROOT + ".pxvm.executor.simd",
                    ROOT + ".bench",
                    "what is measured is made without the choice of an executor"));

    private String ownPackage() {
        return ROOT + "." + name;
    }

    /** The names of the packages that other rooms may use. */
    List<String> apiPackages() {
        return api.stream()
                .map(each -> each.isEmpty() ? ownPackage() : ownPackage() + "." + each)
                .toList();
    }

    /** The room of a package, if it is one of this house's. */
    static Optional<Room> of(String packageName) {
        return PLAN.stream()
                .filter(room ->
                        packageName.equals(room.ownPackage()) || packageName.startsWith(room.ownPackage() + "."))
                .findFirst();
    }
}
