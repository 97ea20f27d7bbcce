//! `cargo xtask wasm`: what browsers load, `web/pkg`, from `web/`; the same bytes from any folder by the same compiler.
//!
//! `web/wasm.sha256` holds the hashes by the compiler that it names. Another compiler (Debian's packages, another version)
//! makes other bytes, which that file says nothing about; that is said, and is no failure.

mod build;
mod checker;
mod toolchain;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::command::root;
use build::{FILES, build, hashes};
use toolchain::Toolchain;

/// Folders of the workspace that are no sources.
const NO_SOURCES: [&str; 4] = [".git", "target", "node_modules", "pkg"];

/// The greatest sizes of the modules with Brotli, as servers send them, in bytes: a little above what they have.
const LIMITS: [(&str, u64); 2] = [("plebiscite_web_bg.wasm", 305_000), ("plebiscite_count_bg.wasm", 462_000)];

/// What to build.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// Build in two other folders, compare the bytes with each other, and with the committed hashes where they are by this
    /// compiler.
    #[arg(long, conflicts_with = "record")]
    check: bool,
    /// Write the hashes to web/wasm.sha256.
    #[arg(long)]
    record: bool,
    /// Use Debian's packages even where another compiler is there.
    #[arg(long)]
    debian: bool,
}

/// Builds, or checks that what is built is the same.
///
/// # Errors
/// A sentence: what is missing, what failed, which bytes differ.
pub fn run(options: &Options) -> Result<(), String> {
    let toolchain = Toolchain::find(options.debian)?;
    let made = if options.check { twice(&toolchain)? } else { once(&toolchain)? };
    let record = Record { compiler: toolchain.version, hashes: made };
    if options.record {
        let path = Record::path();
        return fs::write(&path, record.text()).map_err(|error| format!("{}: {error}", path.display()));
    }
    compare(&record, options.check)
}

/// Builds `web/pkg`, and runs one of node's programs of `web/tests/wasm` on it: what it prints.
///
/// # Errors
/// As [`run`], and where node is missing or fails.
pub fn node(arguments: &[&str]) -> Result<String, String> {
    once(&Toolchain::find(false)?)?;
    let output = Command::new("node").current_dir(root()).args(arguments).output();
    let output = output.map_err(|error| format!("node cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    Err(format!("node {}:\n{text}{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)))
}

/// The ballot that WebAssembly makes is byte for byte the native one; the worker keeps to its protocol; the modules stay small.
///
/// # Errors
/// As [`node`], and where a module is larger than its limit.
pub fn test() -> Result<(), String> {
    let tests = ["web/tests/wasm/ballot.test.js", "web/tests/wasm/worker.test.js"];
    node(&[&["--test"], tests.as_slice()].concat()).map(|text| print!("{text}"))?;
    LIMITS.iter().try_for_each(|(module, limit)| {
        let path = root().join("web/pkg").join(format!("{module}.br"));
        let size = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        small(module, size, *limit)
    })
}

/// What is loaded grows unseen: a parser, a printer or a table that comes along with one call may be a tenth of it.
fn small(module: &str, size: u64, limit: u64) -> Result<(), String> {
    if size <= limit {
        println!("{module}: {size} bytes with Brotli, at most {limit}");
        return Ok(());
    }
    Err(format!(
        "{module} has {size} bytes with Brotli, more than {limit}: see what the code that came last brings along (serde's derived \
         types, formatted floats, sorting, tables, another parser); if it is worth that, raise the limit in \
         crates/xtask/src/wasm/mod.rs and the sizes in README.md"
    ))
}

/// The folder of the pages, with `web/pkg` built.
///
/// # Errors
/// As [`run`].
pub fn pages() -> Result<PathBuf, String> {
    once(&Toolchain::find(false)?)?;
    Ok(root().join("web"))
}

fn once(toolchain: &Toolchain) -> Result<Vec<String>, String> {
    let out = root().join("web/pkg");
    // A target folder of its own: other flags and other compilers would throw away what the usual one holds.
    build(toolchain, &root(), &root().join("target/wasm"), &out)?;
    let made = hashes(&out)?;
    println!("made in web/pkg:");
    print(&made);
    Ok(made)
}

/// Two copies of the sources, in folders of unlike depth.
fn twice(toolchain: &Toolchain) -> Result<Vec<String>, String> {
    let base = root().join("target/wasm-check");
    let folders = [base.join("a"), base.join("another/folder")];
    let mut made = Vec::new();
    for folder in &folders {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        copy(&root(), &folder.join("source"))?;
        let out = folder.join("pkg");
        build(toolchain, &folder.join("source"), &folder.join("target"), &out)?;
        made.push(hashes(&out)?);
    }
    match made.as_slice() {
        [first, second] if first == second => {
            println!("two builds in two folders gave the same bytes:");
            print(first);
            Ok(first.clone())
        }
        _ => Err(format!(
            "two builds gave different bytes: {}",
            folders.map(|folder| folder.join("pkg").display().to_string()).join(" and ")
        )),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(to).map_err(|error| failed(to, error))?;
    for entry in fs::read_dir(from).map_err(|error| failed(from, error))? {
        let entry = entry.map_err(|error| failed(from, error))?;
        let (path, name) = (entry.path(), entry.file_name());
        if NO_SOURCES.iter().any(|other| name == *other) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(&name))?;
        } else {
            fs::copy(&path, to.join(&name)).map_err(|error| failed(&path, error))?;
        }
    }
    Ok(())
}

/// What `web/wasm.sha256` says: a compiler, and the hashes by it, in the layout of `sha256sum`.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    compiler: String,
    hashes: Vec<String>,
}

impl Record {
    fn path() -> PathBuf {
        root().join("web/wasm.sha256")
    }

    fn text(&self) -> String {
        let mut text = format!(
            "# Written by `cargo xtask wasm --record`; `cargo xtask wasm --check` builds twice and compares.\n\
             # Another compiler makes other bytes from the same sources. These are by:\n\
             # {}\n",
            self.compiler
        );
        for (hash, file) in self.hashes.iter().zip(FILES) {
            text.push_str(&format!("{hash}  pkg/{file}\n"));
        }
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let compiler = text.lines().filter_map(|line| line.strip_prefix("# ")).next_back()?.to_owned();
        let hash = |file: &str| {
            let line = text.lines().find(|line| line.ends_with(&format!("  pkg/{file}")))?;
            line.split(' ').next().map(str::to_owned)
        };
        let hashes = FILES.into_iter().map(hash).collect::<Option<_>>()?;
        Some(Self { compiler, hashes })
    }
}

/// Says what the committed hashes say about these; a check fails where they are by the same compiler and others.
fn compare(made: &Record, check: bool) -> Result<(), String> {
    let path = Record::path();
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let committed = Record::parse(&text).ok_or_else(|| format!("{} makes no sense", path.display()))?;
    if committed.compiler != made.compiler {
        println!(
            "web/wasm.sha256 holds the hashes by another compiler ({}), and says nothing about these",
            committed.compiler
        );
        return Ok(());
    }
    if committed.hashes == made.hashes {
        println!("these are the committed hashes (web/wasm.sha256)");
        return Ok(());
    }
    let sentence = "these are not the committed hashes (web/wasm.sha256): the sources have changed since, or the build \
                    has; `cargo xtask wasm --record` writes the new ones";
    if check {
        return Err(sentence.to_owned());
    }
    println!("{sentence}");
    Ok(())
}

fn print(hashes: &[String]) {
    for (hash, file) in hashes.iter().zip(FILES) {
        println!("  {hash}  {file}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_back_and_anything_else_is_none() {
        let record = Record {
            compiler: "rustc 1.0.0 (abc 2020-01-01)".to_owned(),
            hashes: ["ab", "cd", "ef", "01"].map(|digits| digits.repeat(32)).to_vec(),
        };
        assert_eq!(Record::parse(&record.text()).unwrap(), record);
        assert_eq!(Record::parse("# only a compiler\n"), None);
        assert_eq!(Record::parse(""), None);
    }

    #[test]
    fn a_module_above_its_limit_is_refused_with_what_to_look_at() {
        assert_eq!(small("a.wasm", 100, 100), Ok(()));
        let sentence = small("a.wasm", 101, 100).unwrap_err();
        assert!(sentence.contains("a.wasm has 101 bytes") && sentence.contains("serde"), "{sentence}");
    }
}
