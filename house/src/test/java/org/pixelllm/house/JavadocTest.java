package org.pixelllm.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a library's caller can touch says what it is. The compiler's own check, which the build runs, sees that comments
 * are sound; that there is one it could only ask for together with a tag for each parameter.
 */
class JavadocTest {

    private static final Path ROOT = Path.of(System.getProperty("pixelllm.root"));
    private static final Set<Modifier> SEEN = Set.of(Modifier.PUBLIC, Modifier.PROTECTED);

    /** Its rows say in words what each instruction does; the page is made of them. */
    private static final String TABLE = "Opcode";

    @ParameterizedTest
    @ValueSource(strings = {"protocol", "pxvm", "engine"})
    void everythingPublicIsExplained(String room) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> silent = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.walk(ROOT.resolve(room + "/src/main/java"))) {
            List<Path> java =
                    sources.filter(path -> path.toString().endsWith(".java")).toList();
            assertThat(java).hasSizeGreaterThan(20);
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(java));
            DocTrees comments = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree top && isSeen(top.getModifiers())) {
                        check(new TreePath(new TreePath(unit), top), top, comments, silent);
                    }
                }
            }
        }
        assertThat(silent).as("public and without a comment").isEmpty();
    }

    private static boolean isSeen(ModifiersTree modifiers) {
        return modifiers.getFlags().stream().anyMatch(SEEN::contains);
    }

    private static void check(TreePath path, ClassTree type, DocTrees comments, List<String> silent) {
        require(path, type.getSimpleName().toString(), comments, silent);
        boolean isInterface = type.getKind() == Tree.Kind.INTERFACE;
        for (Tree member : type.getMembers()) {
            TreePath at = new TreePath(path, member);
            switch (member) {
                case ClassTree inner
                when isInterface || isSeen(inner.getModifiers()) -> check(at, inner, comments, silent);
                case MethodTree method
                when isInterface || isSeen(method.getModifiers()) -> {
                    if (!isExplainedElsewhere(method, type)) {
                        require(at, type.getSimpleName() + "." + method.getName(), comments, silent);
                    }
                }
                case VariableTree field
                when isInterface || isSeen(field.getModifiers()) -> {
                    if (!type.getSimpleName().contentEquals(TABLE)) {
                        require(at, type.getSimpleName() + "." + field.getName(), comments, silent);
                    }
                }
                default -> {}
            }
        }
    }

    /** By what it overrides, or by the record whose components it checks. */
    private static boolean isExplainedElsewhere(MethodTree method, ClassTree type) {
        boolean overrides = method.getModifiers().getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
        boolean constructs = method.getName().contentEquals("<init>");
        return overrides || (constructs && type.getKind() == Tree.Kind.RECORD);
    }

    private static void require(TreePath path, String name, DocTrees comments, List<String> silent) {
        @Nullable DocCommentTree comment = comments.getDocCommentTree(path);
        if (comment == null || comment.getFirstSentence().isEmpty()) {
            silent.add(name);
        }
    }
}
