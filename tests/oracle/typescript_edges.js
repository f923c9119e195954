// Prints the edges of a TypeScript tree as the compiler sees them.
//
// usage: TS_LIB=…/typescript node typescript_edges.js ROOT tsconfig.json …
//
// import layer: every module path that the compiler resolves, `/// <reference path>` and augmentations;
// flag `type` when it is written as type-only. symbol layer: the declarations behind every name;
// flag `inferred` where only the type of an object tells them (members, JSX attributes),
// `merged` where a name has declarations in several files (both are left unjudged). Needs: npm i typescript@5.9
const ts = require(process.env.TS_LIB || "typescript");
const path = require("path");
const fs = require("fs");

const root = fs.realpathSync(process.argv[2]);
const edges = new Map();
const documents = new Set();

function relative(file) {
  const real = fs.existsSync(file) ? fs.realpathSync(file) : file;
  const inside = path.relative(root, real);
  return inside.startsWith("..") || inside.includes("node_modules") ? null : inside;
}

function add(layer, from, to, ...flags) {
  const [a, b] = [relative(from), to && relative(to)];
  if (!a || !b || a === b) return;
  const key = `${layer}\t${a}\t${b}`;
  const known = edges.get(key);
  // A flag stays only when every mention of the edge has it.
  edges.set(key, known ? known.filter((flag) => flags.includes(flag)) : flags);
}

function imports(program, file) {
  for (const reference of file.referencedFiles) {
    add("import", file.fileName, path.resolve(path.dirname(file.fileName), reference.fileName), "type");
  }
  for (const literal of [...(file.imports || []), ...(file.moduleAugmentations || []).filter(ts.isStringLiteral)]) {
    const resolved = program.getResolvedModuleFromModuleSpecifier(literal, file);
    const target = resolved && resolved.resolvedModule;
    if (target) add("import", file.fileName, target.resolvedFileName, ...(isTypeOnly(literal) ? ["type"] : []));
  }
}

function isTypeOnly(literal) {
  const parent = literal.parent;
  if (ts.isImportDeclaration(parent)) {
    const clause = parent.importClause;
    const names = clause && clause.namedBindings && ts.isNamedImports(clause.namedBindings) && clause.namedBindings.elements;
    return !!clause && (clause.isTypeOnly || (!clause.name && names && names.length > 0 && names.every((one) => one.isTypeOnly)));
  }
  if (ts.isExportDeclaration(parent)) return parent.isTypeOnly;
  return ts.isLiteralTypeNode(parent) || ts.isModuleDeclaration(parent);
}

const isModule = (symbol) =>
  !!symbol && !!(symbol.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule)) &&
  (symbol.declarations || []).some(ts.isSourceFile);

function resolve(checker, symbol) {
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

// "named", "inferred" or "none": how a name in this place finds its declaration.
function role(checker, node) {
  const parent = node.parent;
  const left = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent.expression
    : ts.isQualifiedName(parent) && parent.right === node ? parent.left : null;
  if (left) return isModule(resolve(checker, checker.getSymbolAtLocation(left))) ? "named" : "inferred";
  if (ts.isImportTypeNode(parent)) return "named";
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent)) return "named";
  if (ts.isNamespaceImport(parent) || ts.isNamespaceExport(parent)) return "none";
  if (ts.isJsxAttribute(parent) || (ts.isBindingElement(parent) && parent.propertyName === node)) return "inferred";
  if (ts.isPropertyAssignment(parent) && parent.name === node) return "inferred";
  if (ts.isMetaProperty(parent)) return "none";
  if (parent.name === node && !ts.isShorthandPropertyAssignment(parent)) return "none";
  return "named";
}

function symbols(checker, file) {
  const visit = (node) => {
    if (ts.isIdentifier(node)) name(checker, file, node);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function name(checker, file, node) {
  const how = role(checker, node);
  if (how === "none") return;
  const shorthand = ts.isShorthandPropertyAssignment(node.parent);
  const found = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
  const symbol = resolve(checker, found);
  if (!symbol) return;
  const parent = node.parent;
  const qualifies = (ts.isPropertyAccessExpression(parent) && parent.expression === node) || (ts.isQualifiedName(parent) && parent.left === node);
  if (isModule(symbol) && (qualifies || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent))) return;
  const files = [...new Set((symbol.declarations || []).map((one) => one.getSourceFile().fileName))];
  const flags = how === "inferred" ? ["inferred"] : [];
  if (files.length > 1) flags.push("inferred", "merged");
  for (const target of files) add("symbol", file.fileName, target, ...flags);
}

let errors = 0;
for (const config of process.argv.slice(3)) {
  const fail = (problem) => { throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n")); };
  const parsed = ts.getParsedCommandLineOfConfigFile(path.join(root, config), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail });
  const options = { ...parsed.options, noEmit: true, composite: false, incremental: false };
  const host = ts.createCompilerHost(options);
  // Sources of referenced projects in place of outputs that nobody built.
  host.useSourceOfProjectReferenceRedirect = () => true;
  const program = ts.createProgram({ rootNames: parsed.fileNames, options, projectReferences: parsed.projectReferences, host });
  const checker = program.getTypeChecker();
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)) continue;
    const own = relative(file.fileName);
    if (!own) continue;
    documents.add(own);
    imports(program, file);
    symbols(checker, file);
  }
  errors += program.getOptionsDiagnostics().length;
}
for (const own of [...documents].sort()) console.log(`document\t${own}`);
for (const [key, flags] of [...edges].sort((a, b) => (a[0] < b[0] ? -1 : 1))) console.log(`${key}\t${flags.join(",")}`);
console.error(`option problems: ${errors}`);
