// go_edges prints the file edges that go/types resolves: layer<TAB>from<TAB>to[<TAB>flags].
//
// Run it inside the folder of a module or workspace, with the patterns of go list as arguments.
// Layer symbol: a name that is declared in another file; fields and methods that only the type of
// an expression leads to have the flag inferred. Layer import: to the file that declares the first
// name used through the import; a blank import to the files with init, else to the first file.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

type listed struct {
	Dir, ImportPath                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	ImportMap                          map[string]string
	Standard                           bool
}

var (
	fset    = token.NewFileSet()
	root, _ = os.Getwd()
	all     = map[string]*listed{}
	checked = map[string]*types.Package{}
	inits   = map[string][]string{}
	outside = importer.ForCompiler(fset, "source", nil)
	lines   = map[string]bool{}
)

func list(arguments ...string) []*listed {
	fields := "-json=Dir,ImportPath,GoFiles,TestGoFiles,XTestGoFiles,ImportMap,Standard"
	command := exec.Command("go", append([]string{"list", "-e", "-deps", fields}, arguments...)...)
	command.Stderr = os.Stderr
	output, _ := command.StdoutPipe()
	if command.Start() != nil {
		return nil
	}
	var found []*listed
	for decoder := json.NewDecoder(output); ; {
		one := &listed{}
		if err := decoder.Decode(one); err == io.EOF {
			break
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			break
		}
		found = append(found, one)
	}
	command.Wait()
	return found
}

func relative(path string) string {
	inside, err := filepath.Rel(root, path)
	if err != nil || strings.HasPrefix(inside, "..") {
		return ""
	}
	return filepath.ToSlash(inside)
}

func fileOf(at token.Pos) string {
	if !at.IsValid() {
		return ""
	}
	return relative(fset.PositionFor(at, false).Filename) // whatever a `//line` says
}

type resolver map[string]string

func (names resolver) Import(path string) (*types.Package, error) {
	if mapped, ok := names[path]; ok {
		path = mapped
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	one, ok := all[path]
	if !ok || relative(one.Dir) == "" {
		return outside.Import(path)
	}
	if known, ok := checked[path]; ok {
		return known, nil
	}
	return check(one, path, one.GoFiles, false), nil
}

func check(one *listed, path string, names []string, test bool) *types.Package {
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, filepath.Join(one.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		if file != nil {
			files = append(files, file)
		}
	}
	info := &types.Info{
		Uses:       map[*ast.Ident]types.Object{},
		Defs:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	report := func(err error) { fmt.Fprintln(os.Stderr, "type error:", err) }
	conf := types.Config{Importer: resolver(one.ImportMap), FakeImportC: true, Error: report, Sizes: types.SizesFor("gc", "amd64")}
	result, _ := conf.Check(path, fset, files, info)
	if !test {
		checked[path] = result
	}
	for _, file := range files {
		symbols(file, info)
		imports(one, file, info)
	}
	return result
}

func edge(layer, from, to, flags string) {
	if from != "" && to != "" && from != to {
		lines[layer+"\t"+from+"\t"+to+flags] = true
	}
}

func symbols(file *ast.File, info *types.Info) {
	from := fileOf(file.Package)
	lines["document\t"+from] = from != ""
	selected := map[*ast.Ident]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			_, known := info.Selections[node]
			selected[node.Sel] = known
		case *ast.Ident:
			object := info.Uses[node]
			if _, isPackage := object.(*types.PkgName); object == nil || isPackage {
				return true
			}
			flags := ""
			if selected[node] {
				flags = "\tinferred"
			}
			edge("symbol", from, fileOf(object.Pos()), flags)
		}
		return true
	})
}

func imports(one *listed, file *ast.File, info *types.Info) {
	from := fileOf(file.Package)
	first := map[types.Object]string{} // by the name of an import in this file
	dotted := map[string]string{}
	dots := map[string]bool{}
	for _, spec := range file.Imports {
		if spec.Name != nil && spec.Name.Name == "." {
			dots[strings.Trim(spec.Path.Value, "\"`")] = true
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if node, ok := node.(*ast.Ident); ok && len(dots) > 0 {
			used := info.Uses[node]
			if used == nil || used.Pkg() == nil || used.Parent() != used.Pkg().Scope() {
				return true
			}
			path := used.Pkg().Path()
			if dots[path] && dotted[path] == "" {
				dotted[path] = fileOf(used.Pos())
			}
		}
		if node, ok := node.(*ast.SelectorExpr); ok {
			name, ok := node.X.(*ast.Ident)
			if !ok {
				return true
			}
			if used, ok := info.Uses[name].(*types.PkgName); ok && info.Uses[node.Sel] != nil {
				if to := fileOf(info.Uses[node.Sel].Pos()); first[used] == "" {
					first[used] = to
				}
			}
		}
		return true
	})
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, "\"`")
		if mapped, ok := one.ImportMap[path]; ok {
			path = mapped
		}
		if path == "unsafe" || spec.Name != nil && spec.Name.Name == "_" {
			for _, to := range initialised(path) {
				edge("import", from, to, "")
			}
		}
		named := info.Implicits[spec]
		if spec.Name != nil {
			named = info.Defs[spec.Name]
		}
		edge("import", from, first[named], "")
		edge("import", from, dotted[path], "")
	}
}

// initialised tells the files of a package with init, else its first file.
func initialised(path string) []string {
	one := all[path]
	if one == nil || relative(one.Dir) == "" {
		return nil
	}
	if known, ok := inits[path]; ok {
		return known
	}
	var found []string
	for _, name := range one.GoFiles {
		path := filepath.Join(one.Dir, name)
		file, _ := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				found = append(found, relative(path))
				break
			}
		}
	}
	if len(found) == 0 && len(one.GoFiles) > 0 {
		found = []string{relative(filepath.Join(one.Dir, one.GoFiles[0]))}
	}
	inits[path] = found
	return found
}

func main() {
	for _, one := range list(os.Args[1:]...) {
		all[one.ImportPath] = one
	}
	for _, one := range list(append([]string{"-test"}, os.Args[1:]...)...) {
		variant := strings.Contains(one.ImportPath, " [") || strings.HasSuffix(one.ImportPath, ".test")
		if all[one.ImportPath] == nil && !variant {
			one.TestGoFiles, one.XTestGoFiles = nil, nil
			all[one.ImportPath] = one
		}
	}
	var paths []string
	for path, one := range all {
		if relative(one.Dir) != "" {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	for _, path := range paths {
		if checked[path] == nil {
			check(all[path], path, all[path].GoFiles, false)
		}
	}
	for _, path := range paths {
		one, plain := all[path], checked[path]
		if len(one.TestGoFiles)+len(one.XTestGoFiles) == 0 {
			continue
		}
		withTests := check(one, path, append(append([]string{}, one.GoFiles...), one.TestGoFiles...), true)
		if len(one.XTestGoFiles) > 0 {
			checked[path] = withTests
			check(one, path+"_test", one.XTestGoFiles, true)
			checked[path] = plain
		}
	}
	sorted := make([]string, 0, len(lines))
	for line, wanted := range lines {
		if wanted {
			sorted = append(sorted, line)
		}
	}
	sort.Strings(sorted)
	fmt.Println(strings.Join(sorted, "\n"))
}
