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
 * symbol: types and static members; other members have the flag inferred, because only the type of
 * an expression leads to them.
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
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        JavacTask task = (JavacTask) compiler.getTask(
                null, manager, problems, options, null, manager.getJavaFileObjectsFromStrings(files));
        List<CompilationUnitTree> units = new ArrayList<>();
        task.parse().forEach(units::add);
        task.analyze();
        long errors = problems.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR).count();
        System.err.println("units " + units.size() + ", errors " + errors);
        for (CompilationUnitTree unit : units) {
            new Scanner(Trees.instance(task), root, unit).run();
        }
        lines.forEach(System.out::println);
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
            boolean inferred = !type && !element.getModifiers().contains(Modifier.STATIC);
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
            note(trees.getElement(getCurrentPath()), true);
            return super.visitIdentifier(node, nothing);
        }

        @Override public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
            note(trees.getElement(getCurrentPath()), false);
            return super.visitMemberSelect(node, nothing);
        }

        @Override public Void visitMemberReference(MemberReferenceTree node, Void nothing) {
            note(trees.getElement(getCurrentPath()), false);
            return super.visitMemberReference(node, nothing);
        }
    }
}
