//! One build: the compiler's WebAssembly, then wasm-bindgen's two files.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use super::checker;
use super::toolchain::{TARGET, Toolchain};
use crate::command;

/// The compiler's name for the module.
const CRATE: &str = "plebiscite_web";
/// The modules, as the pages load them, and what each is built with: voters' pages load the small one, and the whole verifier
/// is in the one that counts again.
const MODULES: [(&str, &[&str]); 2] =
    [("plebiscite_web", &["--no-default-features"]), ("plebiscite_count", &[])];
/// The files that browsers load and that have a committed hash.
pub const FILES: [&str; 4] =
    ["plebiscite_web.js", "plebiscite_web_bg.wasm", "plebiscite_count.js", "plebiscite_count_bg.wasm"];

/// Builds the workspace in `workspace`, with compiler output in `target`, into `out`.
///
/// # Errors
/// A sentence, where a step fails.
pub fn build(toolchain: &Toolchain, workspace: &Path, target: &Path, out: &Path) -> Result<(), String> {
    let mut fetch = toolchain.cargo(&["fetch", "--locked", "--target", TARGET]);
    command::run("fetching dependencies", fetch.current_dir(workspace))?;
    // Beside the pages that are there: whoever uses them while this builds finds them whole.
    let bound = target.join("bound");
    if bound.exists() {
        fs::remove_dir_all(&bound).map_err(|error| format!("{}: {error}", bound.display()))?;
    }
    let flags = flags(toolchain, workspace, target).join("\u{1f}");
    for (name, features) in MODULES {
        let mut build = toolchain.cargo(&["build", "--locked", "--lib", "--profile", "wasm"]);
        build.args(["--package", "plebiscite-web", "--target", TARGET]).args(features);
        build.args(toolchain.build_arguments()).arg("--target-dir").arg(target);
        build.env("CARGO_ENCODED_RUSTFLAGS", &flags);
        toolchain.wrap(&mut build, target)?;
        command::run(&format!("compiling {name}"), build.current_dir(workspace))?;
        bind(&target.join(TARGET).join("wasm").join(format!("{CRATE}.wasm")), name, &bound)?;
    }
    checker::assemble(&workspace.join("web"), &bound)?;
    put(&bound, out)
}

/// Puts the files of one folder in the place of another.
fn put(from: &Path, out: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", out.display());
    if out.exists() {
        fs::remove_dir_all(out).map_err(failed)?;
    }
    fs::create_dir_all(out).map_err(failed)?;
    for file in fs::read_dir(from).map_err(failed)? {
        let file = file.map_err(failed)?;
        fs::copy(file.path(), out.join(file.file_name())).map_err(failed)?;
    }
    FILES.iter().try_for_each(|name| compress(&out.join(name)))
}

/// A file with Brotli beside it, as small as it gets: servers would compress it anew for everyone, quickly and less.
fn compress(file: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let bytes = fs::read(file).map_err(failed)?;
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes.as_slice(), &mut compressed, &parameters).map_err(failed)?;
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    fs::write(name, compressed).map_err(failed)
}

/// SHA-256 of all files, in their order.
///
/// # Errors
/// A file that cannot be read.
pub fn hashes(folder: &Path) -> Result<Vec<String>, String> {
    let hash = |name: &str| {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>(hex::encode(Sha256::digest(bytes)))
    };
    FILES.into_iter().map(hash).collect()
}

/// wasm-bindgen, as an ES module for the web. The page names the module's address itself.
fn bind(compiled: &Path, name: &str, out: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("wasm-bindgen: {error}");
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).out_name(name).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true).typescript(true);
    bindgen.web(true).map_err(|error| failed(&error))?;
    bindgen.generate(out).map_err(|error| failed(&error))
}

/// No path of this machine reaches the bytes: workspace, target folder, registries, the standard library.
/// The last prefix that fits is the one that is taken.
fn flags(toolchain: &Toolchain, workspace: &Path, target: &Path) -> Vec<String> {
    let home = cargo_home();
    let mut prefixes = vec![
        (home.clone(), "/cargo".to_owned()),
        (workspace.to_owned(), "/plebiscite".to_owned()),
        (target.to_owned(), "/target".to_owned()),
        toolchain.library.clone(),
    ];
    // A registry's folder is named after its address, which may be that of a mirror.
    let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten().flatten();
    prefixes.extend(registries.map(|folder| (folder.path(), "/registry".to_owned())));
    prefixes.into_iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect()
}

fn cargo_home() -> PathBuf {
    let default = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}
