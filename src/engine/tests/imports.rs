//! No two files of the engine import each other, directly or in a circle.
//!
//! The test reads the engine's sources as Rust tokens and notes which files define the items that each file names. An item that a folder's
//! `mod.rs` re-exports counts for the file that defines it, and a re-export that the `mod.rs` itself does not need is no import. Unit tests
//! (`mod tests`) do not count.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path of modules and perhaps an item, from the root of the crate.
type Segments = Vec<String>;

/// One source file: a module.
#[derive(Default)]
struct Source {
    /// The names that `use` brings in, what they stand for, and whether they are re-exported.
    imports: BTreeMap<String, (Segments, bool)>,
    /// Every other path in the file, as if it began in the crate.
    paths: Vec<Segments>,
    /// Every other name in the file.
    names: BTreeSet<String>,
}

/// For each file those that define what it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The engine's modules by their path.
type Crate = BTreeMap<Segments, Source>;

#[test]
fn no_file_imports_itself_through_others() {
    let sources = read_crate(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(sources.len() > 70, "only {} files found", sources.len());
    let graph = graph(&sources);
    assert!(edge(&graph, "chain", "eq") && edge(&graph, "stereo::side", "dsp::svf"), "{graph:?}");
    let cycles = cycles(&graph);
    assert!(cycles.is_empty(), "files that import each other:\n{}", cycles.join("\n"));
}

#[test]
fn a_circle_is_found() {
    let file = |text: &str, module: &str| (segments(module), read(text, &segments(module)));
    let mut sources = Crate::from([
        file("", ""),
        file("use crate::b::{self, passed_on}; fn a() { b::passed_on() }", "a"),
        file("mod deep; pub use deep::passed_on; mod tests { use crate::c; }", "b"),
        file("pub fn passed_on() { crate::c::go!() }", "b::deep"),
        file("fn c() { let text = \"crate::b\"; } // crate::a", "c"),
    ]);
    assert_eq!(cycles(&graph(&sources)), Vec::<String>::new());
    sources.extend([file("use super::a::*;", "c")]);
    assert_eq!(cycles(&graph(&sources)), ["a -> b::deep, b::deep -> c, c -> a"]);
}

fn edge(graph: &Graph, from: &str, to: &str) -> bool {
    graph.get(from).is_some_and(|all| all.contains(to))
}

fn segments(path: &str) -> Segments {
    path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Reads every source file that belongs to the library: not tests, benches or examples.
fn read_crate(root: &Path) -> Crate {
    let mut files = Vec::new();
    find_files(root, &Segments::new(), &mut files);
    files.into_iter().map(|(module, text)| (module.clone(), read(&text, &module))).collect()
}

fn find_files(folder: &Path, module: &Segments, files: &mut Vec<(Segments, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        let mut inner = module.clone();
        if path.is_dir() {
            if !module.is_empty() || !["tests", "benches", "examples"].contains(&name.as_str()) {
                inner.push(name);
                find_files(&path, &inner, files);
            }
        } else if let Some(stem) = name.strip_suffix(".rs") {
            if !["lib", "mod"].contains(&stem) {
                inner.push(stem.to_owned());
            }
            files.push((inner, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Notes the imports and paths of one file.
fn read(text: &str, module: &Segments) -> Source {
    let mut source = Source::default();
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{module:?}: {error}"));
    scan(tokens, module, &mut source);
    source
}

fn scan(tokens: TokenStream, module: &Segments, source: &mut Source) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(word) if word == "mod" => {
                let tests = tokens.get(at + 1).is_some_and(|token| token.to_string() == "tests");
                at += if tests { 2 } else { 1 };
            }
            TokenTree::Ident(word) if word == "use" => {
                let length = tokens[at..].iter().position(|token| token.to_string() == ";");
                let end = length.map_or(tokens.len(), |length| at + length);
                let public = tokens[..at].iter().rev().take(2).any(|token| token.to_string() == "pub");
                import(&tokens[at + 1..end], module, &Segments::new(), public, source);
                at = end;
            }
            TokenTree::Ident(word) => {
                let path = path_at(&tokens[at..]);
                source.names.insert(word.to_string());
                at += 3 * (path.len() - 1);
                if path.len() > 1 {
                    source.paths.push(absolute(&path, module));
                }
            }
            TokenTree::Group(group) => scan(group.stream(), module, source),
            _ => {}
        }
        at += 1;
    }
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    tokens.len() == 2 && tokens.iter().all(|token| token.to_string() == ":")
}

/// The names joined by `::` that begin here.
fn path_at(tokens: &[TokenTree]) -> Segments {
    let mut path = Segments::new();
    for step in tokens.chunks(3) {
        let Some(TokenTree::Ident(name)) = step.first() else { break };
        path.push(name.to_string());
        if !is_colons(&step[1..]) {
            break;
        }
    }
    path
}

/// Notes what a `use` brings in: `before` is the part in front of a brace.
fn import(tokens: &[TokenTree], module: &Segments, before: &Segments, public: bool, source: &mut Source) {
    for one in tokens.split(|token| token.to_string() == ",") {
        let mut path = before.clone();
        let mut name = None;
        let mut words = one.iter();
        while let Some(token) = words.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => name = words.next().map(ToString::to_string),
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    import(&inner, module, &path, public, source);
                    path.clear();
                }
                _ => {}
            }
        }
        if let Some(last) = path.last() {
            let name = name.unwrap_or_else(|| last.clone());
            source.imports.insert(name, (absolute(&path, module), public));
        }
    }
}

/// The path from the root of the crate. One that begins with a name is taken to begin in the module itself.
fn absolute(path: &[String], module: &Segments) -> Segments {
    let mut full = module.clone();
    let mut rest = path;
    match path[0].as_str() {
        "crate" => (full, rest) = (Segments::new(), &path[1..]),
        "self" => rest = &path[1..],
        _ => {
            while rest.first().is_some_and(|name| name == "super") {
                full.pop();
                rest = &rest[1..];
            }
        }
    }
    full.extend_from_slice(rest);
    full
}

/// The module that defines what a path names; none if it lies outside the crate.
fn owner(sources: &Crate, path: &[String], depth: usize) -> Option<Segments> {
    let mut module = Segments::new();
    for (n, name) in path.iter().enumerate() {
        let mut inner = module.clone();
        inner.push(name.clone());
        if sources.contains_key(&inner) {
            module = inner;
            continue;
        }
        if depth < 8
            && let Some((target, _)) = sources.get(&module)?.imports.get(name)
        {
            let target = [target, &path[n + 1..]].concat();
            // an import of something outside the crate looks as if it were in the module itself
            return if target == path { None } else { owner(sources, &target, depth + 1) };
        }
        break;
    }
    Some(module)
}

/// Finds the files that define what each file names.
fn graph(sources: &Crate) -> Graph {
    let name = |module: &Segments| if module.is_empty() { "lib".to_owned() } else { module.join("::") };
    let mut graph = BTreeMap::new();
    for (module, source) in sources {
        let imports =
            source.imports.iter().filter(|(name, (_, public))| !public || source.names.contains(*name));
        let paths = imports.map(|(_, (path, _))| path).chain(&source.paths);
        let targets = paths.filter_map(|path| owner(sources, path, 0)).filter(|target| target != module);
        graph.insert(name(module), targets.map(|target| name(&target)).collect());
    }
    graph
}

/// The imports by which files reach themselves, a line for each group of such files.
fn cycles(graph: &Graph) -> Vec<String> {
    let reach: BTreeMap<&String, BTreeSet<&String>> = graph
        .keys()
        .map(|start| {
            let mut seen = BTreeSet::new();
            let mut waiting = vec![start];
            while let Some(file) = waiting.pop() {
                waiting.extend(graph.get(file).into_iter().flatten().filter(|next| seen.insert(*next)));
            }
            (start, seen)
        })
        .collect();
    let mutual =
        |a: &String, b: &String| reach[a].contains(b) && reach.get(b).is_some_and(|all| all.contains(a));
    let mut groups: BTreeMap<&String, Vec<String>> = BTreeMap::new();
    for (file, targets) in graph {
        for target in targets.iter().filter(|target| mutual(file, target)) {
            let first = graph.keys().find(|other| mutual(file, other)).unwrap_or(file);
            groups.entry(first).or_default().push(format!("{file} -> {target}"));
        }
    }
    groups.into_values().map(|group| group.join(", ")).collect()
}
