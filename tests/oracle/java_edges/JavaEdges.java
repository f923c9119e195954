import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.*;
import javax.tools.*;

/**
 * Prints the file edges that javac resolves: layer, from, to, flags, with tabs between.
 *
 * <p>usage: JavaEdges ROOT [javac options] FILES... (or @list). Layer import: the classes that an
 * import names; through a wildcard, those that the file then uses by their simple names. Layer
 * symbol: types and static members; other members and the constants of an enum that case labels name
 * have the flag inferred, because only the type of an expression leads to them. Names that the
 * compiler adds (parameter types of a lambda, exceptions of an anonymous class) are left out.
 */
public class JavaEdges {
    private static final Set<String> lines = new TreeSet<>();

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toAbsolutePath().normalize();
        List<String> options = new ArrayList<>(List.of("-proc:none", "-encoding", "UTF-8", "-implicit:none"));
        List<String> files = new ArrayList<>();
        for (int at = 1; at < arguments.length; at++) {
            String argument = arguments[at];
            if (argument.startsWith("-")) {
                options.addAll(List.of(argument, arguments[++at]));
            } else if (argument.startsWith("@")) {
                files.addAll(Files.readAllLines(Path.of(argument.substring(1))));
            } else {
                files.add(argument);
            }
        }
        while (!analyse(root, options, files)) { }
        lines.forEach(System.out::println);
    }

    /** Collects the edges of the files; false after dropping the file on which the compiler itself fails. */
    private static boolean analyse(Path root, List<String> options, List<String> files) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        JavacTask task = (JavacTask) compiler.getTask(
                null, manager, problems, options, null, manager.getJavaFileObjectsFromStrings(files));
        JavaFileObject[] last = new JavaFileObject[1];
        task.addTaskListener(new TaskListener() {
            @Override public void started(TaskEvent event) {
                if (event.getKind() == TaskEvent.Kind.ANALYZE) last[0] = event.getSourceFile();
            }
        });
        List<CompilationUnitTree> units = new ArrayList<>();
        try {
            task.parse().forEach(units::add);
            task.analyze();
        } catch (java.io.IOException | IllegalStateException failure) {
            if (last[0] == null) throw new IllegalStateException(failure);
            System.err.println("the compiler fails on " + last[0].getName());
            Path dropped = Path.of(last[0].toUri());
            if (!files.removeIf(file -> Path.of(file).toAbsolutePath().normalize().equals(dropped))) {
                throw new IllegalStateException(failure);
            }
            return false;
        }
        long errors = problems.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR).count();
        System.err.println("units " + units.size() + ", errors " + errors);
        for (CompilationUnitTree unit : units) {
            new Scanner(Trees.instance(task), root, unit).run();
        }
        return true;
    }

    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final Trees trees;
        private final Path root;
        private final CompilationUnitTree unit;
        private final String from;
        private final Set<String> wildcards = new HashSet<>();
        private final Set<String> single = new HashSet<>();
        private boolean importing;

        Scanner(Trees trees, Path root, CompilationUnitTree unit) {
            this.trees = trees;
            this.root = root;
            this.unit = unit;
            this.from = path(unit);
        }

        void run() {
            lines.add("document\t" + from);
            for (ImportTree one : unit.getImports()) {
                String name = one.getQualifiedIdentifier().toString();
                if (one.isStatic()) continue;
                if (name.endsWith(".*")) wildcards.add(name.substring(0, name.length() - 2));
                else single.add(name);
            }
            scan(unit, null);
        }

        private String path(CompilationUnitTree of) {
            return root.relativize(Path.of(of.getSourceFile().toUri())).toString();
        }

        /** Whether the name stands in the text: what the compiler adds to the tree has no end there. */
        private boolean written(Tree node) {
            return trees.getSourcePositions().getEndPosition(unit, node) != Diagnostic.NOPOS;
        }

        /** Whether the name is a case label, which the type of the selector gives its meaning. */
        private boolean isLabel(Element element) {
            String parent = getCurrentPath().getParentPath().getLeaf().getKind().name();
            return element != null && element.getKind() == ElementKind.ENUM_CONSTANT
                && (parent.equals("CASE") || parent.equals("CONSTANT_CASE_LABEL"));
        }

        private void note(Element element, boolean simple) {
            Element outer = element;
            while (outer != null && !(outer.getEnclosingElement() instanceof PackageElement)) {
                outer = outer.getEnclosingElement();
            }
            TreePath where = outer instanceof TypeElement ? trees.getPath(outer) : null;
            if (where == null) return;
            String to = path(where.getCompilationUnit());
            if (to.equals(from)) return;
            boolean type = element.getKind().isClass() || element.getKind().isInterface();
            boolean inferred = isLabel(element) || !type && !element.getModifiers().contains(Modifier.STATIC);
            lines.add((importing ? "import" : "symbol") + "\t" + from + "\t" + to + (inferred ? "\tinferred" : ""));
            if (!importing && type && simple && !single.contains(element.toString())) {
                String owner = element.getEnclosingElement().toString();
                String own = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
                if (wildcards.contains(owner) && !owner.equals(own)) lines.add("import\t" + from + "\t" + to);
            }
        }

        @Override public Void visitImport(ImportTree node, Void nothing) {
            importing = true;
            super.visitImport(node, nothing);
            importing = false;
            return null;
        }

        @Override public Void visitIdentifier(IdentifierTree node, Void nothing) {
            if (written(node)) note(trees.getElement(getCurrentPath()), true);
            return super.visitIdentifier(node, nothing);
        }

        @Override public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
            if (written(node)) note(trees.getElement(getCurrentPath()), false);
            return super.visitMemberSelect(node, nothing);
        }

        @Override public Void visitMemberReference(MemberReferenceTree node, Void nothing) {
            note(trees.getElement(getCurrentPath()), false);
            return super.visitMemberReference(node, nothing);
        }
    }
}
