// Prints the edges of a TypeScript tree as the compiler sees them.
//
// usage: TS_LIB=…/typescript node typescript_edges.js ROOT [tsconfig.json …] [--rest]
//
// Without configurations: every tsconfig.json of the tree. A file is read under each configuration that
// includes it; --rest reads the files of no configuration as one project without settings.
// import layer: every module path that the compiler resolves, `/// <reference path>` and augmentations;
// flag `type` when it is written as type-only. symbol layer: the declarations behind every name;
// flag `inferred` where only the type of an object tells them (members, JSX attributes),
// `merged` where a name has declarations in several files (both are left unjudged).
// `require` of a literal path in a TypeScript file is resolved by the compiler as an import (flag `require`).
// unanswered<TAB>layer<TAB>from<TAB>to<TAB>class names files, or folders, about which the compiler has no answer:
// packages and outputs of the tree whose path it cannot resolve (a build makes them), members of a `require`, names of scripts. Needs: npm i typescript@5.9
const ts = require(process.env.TS_LIB || "typescript");
const path = require("path");
const fs = require("fs");

const root = fs.realpathSync(process.argv[2]);
const edges = new Map();
const documents = new Set();

// Folders with a dot before their name are not part of an analysis.
const known = new Map();
function relative(file) {
  if (!known.has(file)) {
    const real = fs.existsSync(file) ? fs.realpathSync(file) : file;
    const parts = path.relative(root, real).split(path.sep);
    const out = parts[0] === ".." || parts.includes("node_modules") || parts.some((part) => part.startsWith("."));
    known.set(file, out ? null : parts.join("/"));
  }
  return known.get(file);
}

function add(layer, from, to, ...flags) {
  const [a, b] = [relative(from), to && relative(to)];
  if (!a || !b || a === b) return;
  const key = `${layer}\t${a}\t${b}`;
  const known = edges.get(key);
  // A flag stays only when every mention of the edge has it.
  edges.set(key, known ? known.filter((flag) => flags.includes(flag)) : flags);
}

function imports(program, file, options, host) {
  for (const reference of file.typeReferenceDirectives) {
    const found = ts.resolveTypeReferenceDirective(reference.fileName, file.fileName, options, host).resolvedTypeReferenceDirective;
    if (found && found.resolvedFileName) add("import", file.fileName, found.resolvedFileName, "type");
  }
  for (const reference of file.referencedFiles) {
    add("import", file.fileName, path.resolve(path.dirname(file.fileName), reference.fileName), "type");
  }
  for (const literal of [...(file.imports || []), ...(file.moduleAugmentations || []).filter(ts.isStringLiteral)]) {
    // What the compiler adds for JSX (`jsxImportSource`), also to files without any, nobody wrote.
    // Types in comments (JSDoc) are left out, too.
    if (literal.pos < 0 || literal.flags & ts.NodeFlags.JSDoc) continue;
    const resolved = program.getResolvedModuleFromModuleSpecifier(literal, file);
    const target = resolved && resolved.resolvedModule;
    if (target) add("import", file.fileName, target.resolvedFileName, ...(isTypeOnly(literal) ? ["type"] : []));
    answered(file.fileName, literal.text, !!target);
  }
}

// Paths to packages of the tree, by file, and whether some configuration resolves them.
const answers = new Map();
function answered(from, specifier, yes) {
  const folder = home(from, specifier);
  if (!folder) return;
  const key = `${relative(from)}\t${path.relative(root, folder)}`;
  answers.set(key, answers.get(key) || yes);
}

const blind = new Set();

// `require("literal")` in a file that is no JavaScript, unless the file declares `require` itself.
function requires(checker, file, options, host) {
  if (ts.isSourceFileJS(file)) return;
  const settings = { ...options, module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Bundler };
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.Identifier && node.expression.text === "require"
        && node.arguments.length === 1 && ts.isStringLiteralLike(node.arguments[0])) {
      const symbol = checker.getSymbolAtLocation(node.expression);
      const own = ((symbol && symbol.declarations) || []).some((one) => !one.getSourceFile().isDeclarationFile);
      const found = !own && ts.resolveModuleName(node.arguments[0].text, file.fileName, settings, host).resolvedModule;
      if (found) add("import", file.fileName, found.resolvedFileName, "require");
      if (found && relative(found.resolvedFileName)) {
        blind.add(`symbol\t${relative(file.fileName)}\t${relative(found.resolvedFileName)}\tmember-of-require`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
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

// A file, or a module that some file only declares by name.
const isModule = (symbol) =>
  !!symbol && !!(symbol.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule)) &&
  (symbol.declarations || []).some((one) => ts.isSourceFile(one) || (ts.isModuleDeclaration(one) && ts.isStringLiteral(one.name)));

// One step of an alias; nothing where the compiler holds that there is none.
function step(checker, symbol) {
  try { return checker.getImmediateAliasedSymbol(symbol); } catch { return undefined; }
}

// The declaration behind an alias. `export default a.b` and `export = a.b` declare what they export: its type alone tells more.
function resolve(checker, symbol) {
  let at = symbol;
  for (let steps = 0; at && at.flags & ts.SymbolFlags.Alias && steps < 200; steps++) {
    const [first] = at.declarations || [];
    if (first && ts.isExportAssignment(first) && !ts.isIdentifier(first.expression)) return at;
    const next = step(checker, at);
    if (!next || next === at || !(next.declarations || []).length) break;
    at = next;
  }
  return at && at.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : at;
}

// The package of the tree in which the compiler loses a name, because it finds no module there.
function lostIn(checker, symbol) {
  let at = symbol;
  for (let steps = 0; at && at.flags & ts.SymbolFlags.Alias && steps < 200; steps++) {
    for (let node = (at.declarations || [])[0]; node; node = node.parent) {
      const literal = node.moduleSpecifier;
      if (literal && ts.isStringLiteral(literal)) {
        if (!checker.getSymbolAtLocation(literal)) return home(literal.getSourceFile().fileName, literal.text);
        break;
      }
    }
    const next = step(checker, at);
    if (!next || next === at) return undefined;
    at = next;
  }
  return undefined;
}

// The folder of the package that a path means: by its name, or around a file that nobody has built.
function home(from, specifier) {
  if (!specifier.startsWith(".")) return packages.get(packageName(specifier));
  let at = path.resolve(path.dirname(from), specifier);
  if (relative(at) && fs.existsSync(at)) return undefined;
  while (at.length > root.length && !fs.existsSync(path.join(at, "package.json"))) at = path.dirname(at);
  return at.length > root.length ? at : undefined;
}

const packageName = (specifier) => specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");

// "named", "inferred" or "none": how a name in this place finds its declaration.
function role(checker, node) {
  const parent = node.parent;
  const left = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent.expression
    : ts.isQualifiedName(parent) && parent.right === node ? parent.left : null;
  if (left) return isModule(resolve(checker, checker.getSymbolAtLocation(left))) ? "named" : "inferred";
  if (ts.isImportTypeNode(parent)) return "named";
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent)) return "named";
  if (ts.isNamespaceImport(parent) || ts.isNamespaceExport(parent)) return "none";
  // `<div>`: the compiler looks it up in a namespace that nobody names.
  const tag = ts.isJsxOpeningElement(parent) || ts.isJsxSelfClosingElement(parent) || ts.isJsxClosingElement(parent);
  if (tag && /^[a-z]/.test(node.text)) return "inferred";
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

// Whether the name of a module only leads to one of its members, or is handed on by a statement of its own.
function leadsOn(node) {
  let at = node;
  if (ts.isPropertyAccessExpression(at.parent) && at.parent.name === at) at = at.parent;
  if (ts.isQualifiedName(at.parent) && at.parent.right === at) at = at.parent;
  const parent = at.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === at) return true;
  if (ts.isQualifiedName(parent) && parent.left === at) return true;
  const from = ts.isExportSpecifier(parent) && parent.parent.parent.moduleSpecifier;
  return (ts.isExportSpecifier(parent) && !from) || ts.isImportSpecifier(parent) || ts.isImportClause(parent);
}

// Of JavaScript files that are no modules, and that no configuration joins, nobody knows which meet on one page.
let scripts = new Set();
const isScript = (file) => scripts.has(file);

function name(checker, file, node) {
  const how = role(checker, node);
  if (how === "none") return;
  const shorthand = ts.isShorthandPropertyAssignment(node.parent);
  const found = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
  const symbol = resolve(checker, found);
  const lost = found && lostIn(checker, found);
  if (lost && relative(file.fileName)) blind.add(`symbol\t${relative(file.fileName)}\t${relative(lost)}/\tpackage-not-resolved`);
  if (!symbol) return;
  if (isModule(symbol) && leadsOn(node)) return;
  const files = [...new Set((symbol.declarations || []).map((one) => one.getSourceFile().fileName))];
  const flags = how === "inferred" ? ["inferred"] : [];
  if (files.length > 1) flags.push("inferred", "merged");
  for (const target of files) {
    if (isScript(target) && relative(target) && target !== file.fileName) {
      blind.add(`symbol\t${relative(file.fileName)}\t${relative(target)}\tname-of-a-script`);
    } else add("symbol", file.fileName, target, ...flags);
  }
}

// Every configuration, those that it refers to before it.
function configurations(names) {
  const found = new Map();
  // `extends` may name a package of the tree.
  const led = (file) => {
    const at = file.lastIndexOf("/node_modules/");
    const inside = at < 0 ? "" : file.slice(at + "/node_modules/".length);
    const folder = inside && packages.get(packageName(inside));
    return folder ? folder + inside.slice(packageName(inside).length) : file;
  };
  const through = (name) => (file, ...rest) => ts.sys[name](led(file), ...rest);
  const system = { ...ts.sys, fileExists: through("fileExists"), readFile: through("readFile"), directoryExists: (folder) => /node_modules(\/@[^/]*)?$/.test(folder) || ts.sys.directoryExists(led(folder)), realpath: led };
  const fail = (problem) => { throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n")); };
  const visit = (file) => {
    if (found.has(file)) return;
    found.set(file, null);
    if (!fs.existsSync(file)) return;
    const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, { ...system, onUnRecoverableConfigFileDiagnostic: fail });
    for (const reference of parsed.projectReferences || []) visit(ts.resolveProjectReferencePath(reference));
    found.delete(file);
    found.set(file, parsed);
  };
  names.forEach((name) => visit(path.join(root, name)));
  return [...found.values()].filter(Boolean);
}

// The folders of the packages of the tree by name: what a package manager links below node_modules.
// Below a workspace only its members count, and the folder that holds it.
function workspaces() {
  const manifests = new Map();
  const rules = [];
  const folders = [root];
  const json = (file) => { try { return JSON.parse(fs.readFileSync(file, "utf8")); } catch { return {}; } };
  while (folders.length) {
    const folder = folders.pop();
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const inside = path.join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules" && entry.name !== ".git") folders.push(inside);
      let globs = [];
      if (entry.name === "package.json" && entry.isFile()) {
        const manifest = json(inside) || {};
        if (manifest.name) manifests.set(folder, manifest);
        globs = (manifest.workspaces && manifest.workspaces.packages) || manifest.workspaces || [];
      }
      if (entry.name === "lerna.json") globs = json(inside).packages || [];
      if (entry.name === "pnpm-workspace.yaml") {
        const [, list] = fs.readFileSync(inside, "utf8").match(/^packages:\s*\n((?:\s*(?:-.*|#.*)?\n?)*)/m) || [null, ""];
        globs = [...list.matchAll(/-\s*['"]?([^'"#\n]+?)['"]?\s*(?:#.*)?$/gm)].map((one) => one[1]);
      }
      if (globs.length) rules.push([folder, globs]);
    }
  }
  const pattern = (folder, glob) => {
    const text = path.join(folder, glob.replace(/^!/, "")).replace(/\/$/, "").replace(/[.+^$()|[\]\\]/g, "\\$&");
    const braces = text.replace(/\{([^{}]*)\}/g, (_, inner) => `(?:${inner.split(",").join("|")})`);
    return new RegExp(`^${braces.replace(/\*\*\/?/g, "\0").replace(/\*/g, "[^/]*").replace(/\0/g, "(?:.*)")}$`);
  };
  const member = (folder) => rules.some(([at, globs]) => at === folder
    || (globs.some((glob) => !glob.startsWith("!") && pattern(at, glob).test(folder))
      && !globs.some((glob) => glob.startsWith("!") && pattern(at, glob).test(folder))));
  const below = (folder) => rules.some(([at]) => folder.startsWith(at + path.sep));
  const found = new Map();
  for (const [folder, { name }] of manifests) if (!found.has(name) && (member(folder) || !below(folder))) found.set(name, folder);
  return found;
}

// Sources of what bundlers build: an output that a manifest names, and the entry of its name in a build file.
function bundled(packages, sources) {
  const builder = /^(build|bundle|esbuild|rolldown|rollup|rslib|tsdown|tsup|unbuild|vite|webpack)\b.*\.[mc]?[jt]s$/;
  const leaves = (value) => (typeof value === "string" ? [value] : value && typeof value === "object" ? Object.values(value).flatMap(leaves) : []);
  for (const folder of packages.values()) {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const texts = fs.readdirSync(folder).filter((name) => builder.test(name)).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    texts.push(Object.values(manifest.scripts || {}).map((one) => `'${one.split(" ").join("' '")}'`).join("\n"), `'${manifest.source}'`);
    const written = texts.flatMap((text) => [...text.matchAll(/['"`]([^'"`\s*]+)['"`]/g)].map((one) => path.join(folder, one[1])));
    const entries = [...new Set(written)].filter((file) => /\.[mc]?[jt]sx?$/.test(file) && !/\.d\.[mc]?ts$/.test(file) && fs.existsSync(file));
    const outputs = leaves([manifest.exports, manifest.main, manifest.module, manifest.types, manifest.typings]);
    for (const output of outputs.filter((one) => /\.(d\.)?[mc]?[jt]s$/.test(one) && !fs.existsSync(path.join(folder, one)))) {
      const stem = (file) => file.replace(/(\.d)?\.[mc]?[jt]sx?$/, "");
      const wanted = stem(output).replace(/^\.\//, "").split("/").slice(1).join("/");
      const found = entries.filter((file) => stem(file).endsWith(`/${wanted}`)).sort((a, b) => a.length - b.length)[0];
      for (const end of found && wanted ? [".js", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts"] : []) {
        const made = path.join(folder, stem(output)) + end;
        if (!sources.has(made)) sources.set(made, found);
      }
    }
  }
}

// A host that sees linked packages, and outputs that nobody built: it answers with their sources.
function linkingHost(options, packages, sources) {
  const host = ts.createCompilerHost(options);
  const { fileExists, directoryExists, readFile, realpath, getSourceFile } = host;
  const links = [...packages].map(([name, folder]) => [path.join(root, "node_modules", name), folder]);
  const parents = new Set([path.join(root, "node_modules"), ...links.map(([link]) => path.dirname(link))]);
  const led = (file) => {
    for (const [link, folder] of links) if (file === link || file.startsWith(link + path.sep)) return folder + file.slice(link.length);
    return file;
  };
  const source = (file) => sources.get(led(file)) || led(file);
  host.fileExists = (file) => fileExists(file) || fileExists(source(file));
  host.directoryExists = (asked) => {
    const folder = asked.replace(/\/$/, "");
    return parents.has(folder) || directoryExists(led(folder)) || outputFolders(sources).has(led(folder));
  };
  host.readFile = (file) => (fileExists(file) ? readFile(file) : readFile(source(file)));
  host.realpath = (file) => { const inside = source(file); return fileExists(inside) || directoryExists(inside) ? realpath(inside) : inside; };
  const cache = new Map();
  host.getSourceFile = (file, version, ...rest) => {
    const key = file + JSON.stringify(version);
    if (!cache.has(key)) cache.set(key, getSourceFile(file, version, ...rest));
    return cache.get(key);
  };
  host.resolveModuleNameLiterals = (literals, from, redirect, settings, file) => literals.map((literal) => {
    const mode = ts.getModeForUsageLocation(file, literal, settings);
    const answer = ts.resolveModuleName(literal.text, from, settings, host, undefined, redirect, mode);
    const found = answer.resolvedModule;
    if (!found) return answer;
    const real = sources.get(found.resolvedFileName) || found.resolvedFileName;
    const extension = [".d.ts", ".d.mts", ".d.cts"].find((end) => real.endsWith(end)) || path.extname(real);
    const outside = real.includes("/node_modules/");
    return { ...answer, resolvedModule: { ...found, resolvedFileName: real, extension, isExternalLibraryImport: outside } };
  });
  return host;
}

let folders;
function outputFolders(sources) {
  if (!folders) {
    folders = new Set();
    for (const output of sources.keys()) {
      for (let at = path.dirname(output); at.length > root.length && !folders.has(at); at = path.dirname(at)) folders.add(at);
    }
  }
  return folders;
}

function outputs(configs) {
  const found = new Map();
  for (const parsed of configs) {
    for (const file of parsed.fileNames.filter((name) => !/\.d\.[mc]?ts$/.test(name))) {
      for (const output of ts.getOutputFileNames({ ...parsed, options: { ...parsed.options, declaration: true, noEmit: false } }, file, false)) {
        // A declaration written beside a JavaScript file is no output of it.
        if (!found.has(output) && !fs.existsSync(output)) found.set(output, file);
      }
    }
  }
  return found;
}

// Every tsconfig.json of the tree that can be read.
function everyConfiguration() {
  const found = [];
  const folders = [root];
  while (folders.length) {
    const folder = folders.pop();
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const inside = path.join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".")) folders.push(inside);
      if (entry.isFile() && entry.name === "tsconfig.json") found.push(path.relative(root, inside));
    }
  }
  return found.sort();
}

// One project of all source files that no configuration includes.
function rest(owned) {
  const all = ts.sys.readDirectory(root, [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"], ["**/node_modules", "**/.git"]);
  const fileNames = all.filter((file) => !owned.has(file));
  const options = { allowJs: true, noEmit: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext, jsx: ts.JsxEmit.Preserve, configFilePath: path.join(root, "(rest)") };
  return { fileNames, options };
}

const given = process.argv.slice(3).filter((name) => !name.startsWith("--"));
const packages = workspaces();
const configs = configurations(given.length ? given : everyConfiguration());
const sources = outputs(configs);
bundled(packages, sources);
const owned = new Set(configs.flatMap((parsed) => parsed.fileNames));
if (process.argv.includes("--rest")) configs.push(rest(owned));
let errors = 0;
for (const parsed of configs.filter((one) => one.fileNames.length)) {
  const included = new Set(parsed.fileNames);
  const options = { ...parsed.options, noEmit: true, composite: false, incremental: false };
  const host = linkingHost(options, packages, sources);
  const program = ts.createProgram({ rootNames: parsed.fileNames, options, host });
  const checker = program.getTypeChecker();
  const all = parsed.options.configFilePath.endsWith("(rest)") ? program.getSourceFiles() : [];
  const alone = all.filter((one) => ts.isSourceFileJS(one) && !ts.isExternalModule(one) && !one.commonJsModuleIndicator);
  scripts = new Set(alone.map((one) => one.fileName));
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)) continue;
    const own = relative(file.fileName);
    if (!own || (owned.has(file.fileName) && !included.has(file.fileName))) continue;
    documents.add(own);
    imports(program, file, options, host);
    requires(checker, file, options, host);
    symbols(checker, file);
  }
  errors += program.getOptionsDiagnostics().length;
}
// Data is no code: JSON files are no nodes of the graph.
for (const own of [...documents].filter((name) => !name.endsWith(".json")).sort()) console.log(`document\t${own}`);
for (const [key, flags] of [...edges].sort((a, b) => (a[0] < b[0] ? -1 : 1))) console.log(`${key}\t${flags.join(",")}`);
for (const [key, yes] of [...answers].sort()) {
  if (!yes) for (const layer of ["import", "symbol"]) console.log(`unanswered\t${layer}\t${key}/\tpackage-not-resolved`);
}
for (const row of [...blind].sort()) console.log(`unanswered\t${row}`);
console.error(`configurations: ${configs.length}, files: ${documents.size}, option problems: ${errors}`);
