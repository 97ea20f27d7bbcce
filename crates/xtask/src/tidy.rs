//! `cargo xtask tidy`: the invariants of ARCHITECTURE.md, each a check that can fail.

use std::fs;
use std::path::{Path, PathBuf};

use crate::claims;
use crate::command::{cargo, root};

/// Longest source file without a reason of its own.
const LINES: usize = 600;
/// Words that name nothing.
const EMPTY_NAMES: [&str; 4] = ["utils", "helpers", "misc", "common"];
/// Marks of work that was put off.
const PUT_OFF: [&str; 4] = ["TODO", "FIXME", "XXX", "for now"];

/// Checks every invariant and names all that are broken.
///
/// # Errors
/// The broken invariants, one a line.
pub fn run() -> Result<(), String> {
    let sources = sources()?;
    let mut broken = Vec::new();
    for (path, text) in &sources {
        transcripts(path, text, &mut broken);
        vouching(path, text, &mut broken);
        purity(path, text, &mut broken);
        sled_and_axum(path, text, &mut broken);
        style(path, text, &mut broken);
        unsafe_blocks(path, text, &mut broken);
    }
    lints(&mut broken)?;
    dependencies(&mut broken)?;
    specification(&sources, &mut broken)?;
    broken.extend(claims::dangling(&root(), &sources)?);
    if broken.is_empty() {
        println!("{} source files are tidy", sources.len());
        return Ok(());
    }
    Err(format!("not tidy:\n{}", broken.join("\n")))
}

/// All Rust files of the workspace, the pages' scripts and the checkers, with their text, by path from its folder.
fn sources() -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for folder in ["crates", "tests", "benches", "web"] {
        walk(&root().join(folder), &mut files)?;
    }
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().into_owned();
        Ok((name, text))
    };
    files.into_iter().map(read).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && !["target", "node_modules", "pkg"].iter().any(|other| path.ends_with(other)) {
            walk(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "js" || extension == "go")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The part of a file before its tests.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn is_test(path: &str) -> bool {
    path.contains("/tests")
        || path.starts_with("tests/")
        || path.starts_with("benches/")
        || path.contains("/examples/")
}

/// Invariant 4: transcripts are made in one place.
fn transcripts(path: &str, text: &str, broken: &mut Vec<String>) {
    let own = path == "crates/election/src/context.rs" || path == "crates/xtask/src/tidy.rs" || is_test(path);
    if !own
        && shipped(text)
            .lines()
            .any(|line| line.contains("Transcript::new(") && !line.trim_start().starts_with("//"))
    {
        broken.push(format!("{path}: makes a transcript; only crates/election/src/context.rs may"));
    }
}

/// Invariant 7: a ballot, a list or a sum that was not verified here is taken where its own lines say whose word stands for
/// it, and nowhere else.
fn vouching(path: &str, text: &str, broken: &mut Vec<String>) {
    let own = [
        "crates/election/src/ballot/verify.rs",
        "crates/election/src/record/ballots.rs",
        "crates/election/src/record/kept.rs",
        "crates/election/src/record/roll.rs",
        "crates/election/src/credential/list_reader.rs",
        "crates/election/src/credential/roll.rs",
        "crates/public/src/board.rs",
        "crates/verifier/src/check/replay.rs",
        "crates/xtask/src/tidy.rs",
    ];
    let takers =
        ["vouched(", "vouched_ballot(", "_unsummed(", "with_kept_roll(", "of_kept(", "restore_sums("];
    let takes = takers.iter().any(|name| shipped(text).contains(name));
    if takes && !own.contains(&path) && !is_test(path) {
        broken.push(format!("{path}: takes what was not verified here; only {} may", own.join(", ")));
    }
}

/// Invariant 2: the pure crates do no I/O, read no clock, draw no randomness.
fn purity(path: &str, text: &str, broken: &mut Vec<String>) {
    let pure = ["crypto", "election", "board", "pages"]
        .iter()
        .any(|name| path.starts_with(&format!("crates/{name}/src")));
    if !pure || is_test(path) {
        return;
    }
    for forbidden in
        ["std::fs", "std::net", "std::time", "std::env", "std::process", "rand::", "println!", "eprintln!"]
    {
        if shipped(text).lines().any(|line| line.contains(forbidden) && !line.trim_start().starts_with("//"))
        {
            broken.push(format!("{path}: uses {forbidden}; this crate is pure"));
        }
    }
}

/// sled stays in the server; axum and tokio stay in the programs that answer over HTTP.
fn sled_and_axum(path: &str, text: &str, broken: &mut Vec<String>) {
    let within = |crates: &[&str]| crates.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
    for forbidden in ["sled::", "axum::", "tokio::"] {
        let may = if forbidden == "sled::" {
            within(&["server", "xtask"])
        } else {
            within(&["server", "serving", "public", "witness", "mirror", "xtask"])
        };
        if may {
            continue;
        }
        if text.lines().any(|line| line.trim_start().starts_with("use ") && line.contains(forbidden)) {
            broken.push(format!("{path}: uses {forbidden}; only what serves may"));
        }
    }
}

/// Files say what they are for, stay of a size, have names, and put nothing off.
fn style(path: &str, text: &str, broken: &mut Vec<String>) {
    let opening = if path.ends_with(".rs") { "//!" } else { "// " };
    if !text.starts_with(opening) {
        broken.push(format!("{path}: does not begin with what it is for"));
    }
    if text.lines().count() > LINES {
        broken.push(format!("{path}: longer than {LINES} lines"));
    }
    if EMPTY_NAMES.iter().any(|name| path.ends_with(&format!("/{name}.rs"))) {
        broken.push(format!("{path}: a name that names nothing"));
    }
    if path == "crates/xtask/src/tidy.rs" {
        return;
    }
    for mark in PUT_OFF {
        if let Some(line) = text.lines().position(|line| line.contains(mark)) {
            broken.push(format!("{path}:{}: puts something off ({mark})", line + 1));
        }
    }
}

/// Invariant 11: `unsafe` stands in `crates/simd` only, and there under its reason.
fn unsafe_blocks(path: &str, text: &str, broken: &mut Vec<String>) {
    if !path.ends_with(".rs") || path == "crates/xtask/src/tidy.rs" {
        return;
    }
    let mut before = "";
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split("//").next().unwrap_or(line);
        let word =
            code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|word| word == "unsafe");
        if code.contains("unsafe_code") || word && !path.starts_with("crates/simd/") {
            broken.push(format!("{path}:{number}: unsafe, which only crates/simd may be"));
        } else if word && !before.trim_start().starts_with("// SAFETY: ") {
            broken.push(format!("{path}:{number}: unsafe without its reason in the line above"));
        }
        before = line;
    }
}

/// Every member takes the workspace's lints, which deny `unsafe`; only `crates/simd` has its own.
fn lints(broken: &mut Vec<String>) -> Result<(), String> {
    let output = cargo(&["metadata", "--offline", "--no-deps", "--format-version", "1"]).output();
    let output = output.map_err(|error| format!("cargo metadata: {error}"))?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata.get("packages").and_then(serde_json::Value::as_array);
    let packages = packages.filter(|packages| !packages.is_empty()).ok_or("cargo metadata: no packages")?;
    for package in packages {
        let text = |key: &str| package.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
        let manifest = fs::read_to_string(text("manifest_path"))
            .map_err(|error| format!("{}: {error}", text("manifest_path")))?;
        if text("name") != "plebiscite-simd" && !manifest.contains("[lints]\nworkspace = true") {
            broken.push(format!("{}: does not take the workspace's lints", text("name")));
        }
    }
    Ok(())
}

/// Invariants 1 and 3, as facts of Cargo: who depends on whom.
fn dependencies(broken: &mut Vec<String>) -> Result<(), String> {
    let forbidden: [(&str, &[&str]); 7] = [
        ("plebiscite-simd", &["plebiscite-crypto", "curve25519-dalek"]),
        ("plebiscite-serving", &["plebiscite-server", "sled"]),
        ("plebiscite-pages", &["plebiscite-server", "axum", "tokio", "sled"]),
        ("plebiscite-crypto", &["plebiscite-election", "plebiscite-board", "plebiscite-server"]),
        ("plebiscite-board", &["plebiscite-crypto", "plebiscite-election", "plebiscite-server"]),
        (
            "plebiscite-election",
            &["plebiscite-server", "plebiscite-verifier", "tokio", "axum", "sled", "ureq"],
        ),
        ("plebiscite-verifier", &["plebiscite-server", "axum", "sled", "tokio"]),
    ];
    for (package, others) in forbidden {
        let output =
            cargo(&["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package])
                .output();
        let output = output.map_err(|error| format!("cargo tree: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let tree = String::from_utf8_lossy(&output.stdout).into_owned();
        for other in others {
            if tree.lines().any(|line| line.split(' ').next() == Some(other)) {
                broken.push(format!("{package} depends on {other}"));
            }
        }
    }
    Ok(())
}

/// Names of the tests in the specification's table of promises: what stands in backquotes there and is a Rust name.
fn promised(specification: &str) -> Result<Vec<&str>, String> {
    let section = specification.split("### 11.16 ").nth(1).and_then(|rest| rest.split("\n##").next());
    let names = section.unwrap_or_default().split('`').skip(1).step_by(2);
    let plain = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let names: Vec<&str> = names.filter(plain).collect();
    if names.len() < 10 {
        return Err("the specification's promises (11.16) name no tests".to_owned());
    }
    Ok(names)
}

/// Every section that code cites stands in the specification, and every check of the record is named there.
fn specification(sources: &[(String, String)], broken: &mut Vec<String>) -> Result<(), String> {
    let path = root().join("proofs/spec/protocol.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let headings: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("##"))
        .filter_map(|line| line.trim_start_matches('#').trim().split(' ').next())
        .map(|number| number.trim_end_matches('.'))
        .collect();
    for (path, source) in sources {
        for cited in source.split('§').skip(1) {
            let number: String = cited.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let number = number.trim_end_matches('.');
            if !number.is_empty() && !headings.contains(&number) {
                broken.push(format!("{path}: cites §{number}, which the specification does not have"));
            }
        }
    }
    for name in promised(&text)? {
        if !sources.iter().any(|(_, source)| claims::defines(source, name)) {
            broken.push(format!(
                "the specification's promises (11.16) name the test {name}, which is not there"
            ));
        }
    }
    for (_, name, _) in plebiscite_election::record::Check::ALL {
        if !text.contains(&format!("`{name}`")) {
            broken.push(format!("the specification does not name the check {name}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{promised, unsafe_blocks};

    #[test]
    fn unsafe_stands_in_one_crate_and_under_its_reason() {
        let judged = |path: &str, text: &str| {
            let mut broken = Vec::new();
            unsafe_blocks(path, text, &mut broken);
            broken.len()
        };
        let reasoned = "    // SAFETY: of eight bytes.\n    unsafe { load(place) }\n";
        assert_eq!(judged("crates/simd/src/lanes.rs", reasoned), 0);
        assert_eq!(judged("crates/crypto/src/group.rs", reasoned), 1);
        assert_eq!(judged("crates/simd/src/lanes.rs", "    unsafe { load(place) }\n"), 1);
        assert_eq!(judged("crates/crypto/src/group.rs", "#[allow(unsafe_code)]\n"), 1);
        assert_eq!(judged("crates/crypto/src/group.rs", "let policy = \"'wasm-unsafe-eval'\";\n"), 0);
        assert_eq!(judged("crates/crypto/src/group.rs", "// unsafe { }\nlet unsafely = 1;\n"), 0);
    }

    #[test]
    fn tests_are_named_in_the_table_of_promises_and_nowhere_else() {
        let names: Vec<String> = (0..10).map(|n| format!("a_test_{n}")).collect();
        let table: String = names.iter().map(|name| format!("| `{name}`, `cargo xtask test` |\n")).collect();
        let text = format!("`before`\n### 11.16 What\n{table}\n## 12 Next\n`after`");
        assert_eq!(promised(&text).unwrap(), names);
        assert!(promised("### 11.16 What\n`one_only`\n## 12").is_err());
    }
}
