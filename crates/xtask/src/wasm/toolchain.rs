//! Which compiler can make WebAssembly here: the target is there, rustup adds it, or Debian's packages.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, root};

/// The target.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's packages: a compiler, its cargo, the standard library's sources, a linker.
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];
/// Where Debian puts the programs.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_SOURCES: &str = "lib/rustlib/src/rust/library/std";
/// Calls the compiler with what became stable after Debian's and what our crates and their dependencies use. The standard
/// library, which is built along and is marked by a flag of its own, has what it needs.
const WRAPPER: &str = r#"#!/bin/sh
case "$*" in
*force-unstable-if-unmarked*) exec "$@" ;;
*--crate-name*) exec "$@" '-Zcrate-attr=feature(let_chains,const_black_box,integer_sign_cast,slice_as_chunks,const_vec_string_slice,unsigned_is_multiple_of)' ;;
*) exec "$@" ;;
esac
"#;

/// A compiler that makes WebAssembly, and how it is called.
#[derive(Debug)]
pub struct Toolchain {
    way: Way,
    rustc: PathBuf,
    cargo: PathBuf,
    /// Its version, as the committed hashes name it.
    pub version: String,
    /// The folder in which the standard library's sources would be, and the name that compiled-in paths have for it.
    pub library: (PathBuf, String),
}

#[derive(Debug)]
enum Way {
    /// The standard library for the target is installed.
    Installed,
    /// Debian's packages have its sources only: it is built along, and linked by this linker.
    Debian { linker: PathBuf },
}

impl Toolchain {
    /// Finds a way and says which.
    ///
    /// # Errors
    /// Names what is missing.
    pub fn find(only_debian: bool) -> Result<Self, String> {
        let mut tried = Vec::new();
        let ways: &[fn() -> Result<Self, String>] =
            if only_debian { &[debian] } else { &[installed, added, debian] };
        for way in ways {
            match way() {
                Ok(toolchain) => return Ok(toolchain),
                Err(sentence) => tried.push(format!("  {sentence}")),
            }
        }
        Err(format!("there is no compiler for {TARGET} here:\n{}", tried.join("\n")))
    }

    /// A command of this toolchain's cargo, free of settings of the one that runs us.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cargo);
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            let sets_flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL"];
            let prefixes = ["CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_TARGET_", "RUSTC"];
            if sets_flags.contains(&&*name_text)
                || prefixes.iter().any(|prefix| name_text.starts_with(prefix))
            {
                command.env_remove(&name);
            }
        }
        command.env("RUSTC", &self.rustc).args(arguments);
        if matches!(self.way, Way::Debian { .. }) {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }

    /// What a build needs beside the usual arguments.
    pub fn build_arguments(&self) -> Vec<String> {
        match &self.way {
            Way::Installed => Vec::new(),
            Way::Debian { linker } => vec![
                "-Zbuild-std=std,panic_abort".to_owned(),
                "--ignore-rust-version".to_owned(),
                format!("--config=target.{TARGET}.linker={:?}", linker.display().to_string()),
            ],
        }
    }

    /// Has crates compiled with what Debian's older compiler does not have on yet. Not by a flag for every crate: the
    /// standard library, which is built along, has it on already.
    ///
    /// # Errors
    /// The wrapper cannot be written into `folder`.
    pub fn wrap(&self, build: &mut Command, folder: &Path) -> Result<(), String> {
        if matches!(self.way, Way::Installed) {
            return Ok(());
        }
        let wrapper = folder.join("older-rustc");
        let failed = |error: std::io::Error| format!("{}: {error}", wrapper.display());
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(&wrapper, WRAPPER).map_err(failed)?;
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        build.env("RUSTC_WRAPPER", &wrapper);
        Ok(())
    }
}

/// The target is there.
fn installed() -> Result<Toolchain, String> {
    let rustc = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let folder = said(&rustc, &["--print", "target-libdir", "--target", TARGET])?;
    let there = fs::read_dir(&folder).is_ok_and(|files| {
        files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    });
    if !there {
        return Err(format!("{}: no standard library for {TARGET} in {folder}", rustc.display()));
    }
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let toolchain = Toolchain::of(Way::Installed, rustc, cargo)?;
    println!("{TARGET} is there: {}", toolchain.version);
    Ok(toolchain)
}

/// rustup adds it.
fn added() -> Result<Toolchain, String> {
    let mut rustup = Command::new("rustup");
    rustup.current_dir(root()).args(["target", "add", TARGET]);
    println!("{TARGET} is not there; asking rustup for it");
    command::run("rustup target add", &mut rustup)?;
    installed()
}

/// Debian's packages, installed where they are missing and we may.
fn debian() -> Result<Toolchain, String> {
    if let Ok(toolchain) = debian_installed() {
        return Ok(toolchain);
    }
    command::install_debian(&PACKAGES)?;
    debian_installed()
}

fn debian_installed() -> Result<Toolchain, String> {
    let (rustc, cargo) = (PathBuf::from(DEBIAN_RUSTC), PathBuf::from(DEBIAN_CARGO));
    let sysroot = said(&rustc, &["--print", "sysroot"])?;
    let sources = Path::new(&sysroot).join(DEBIAN_SOURCES);
    if !sources.is_dir() || !cargo.exists() {
        return Err(format!("Debian's packages {} are not all there", PACKAGES.join(" ")));
    }
    let linker = linker()?;
    let toolchain = Toolchain::of(Way::Debian { linker }, rustc, cargo)?;
    println!("{TARGET} by Debian's packages, its standard library built along: {}", toolchain.version);
    Ok(toolchain)
}

/// A `wasm-ld`, with or without a version in its name.
fn linker() -> Result<PathBuf, String> {
    let folder = Path::new("/usr/bin");
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let linker = names.into_iter().find(|name| name == "wasm-ld" || name.starts_with("wasm-ld-"));
    linker.map(|name| folder.join(name)).ok_or_else(|| "there is no wasm-ld (package lld)".to_owned())
}

impl Toolchain {
    fn of(way: Way, rustc: PathBuf, cargo: PathBuf) -> Result<Self, String> {
        let verbose = said(&rustc, &["--version", "--verbose"])?;
        let version = verbose.lines().next().unwrap_or_default().to_owned();
        let commit = verbose.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or_default();
        let sysroot = said(&rustc, &["--print", "sysroot"])?;
        let version = match &way {
            Way::Installed => version,
            Way::Debian { linker } => {
                format!("{version}, Debian's, {}", said(linker, &["--version"])?)
            }
        };
        let library = (Path::new(&sysroot).join("lib/rustlib/src/rust"), format!("/rustc/{commit}"));
        Ok(Self { way, rustc, cargo, version, library })
    }
}

/// What a program prints, without the last line's end.
fn said(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).current_dir(root()).args(arguments).output();
    let output = output.map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}", program.display(), words.lines().next().unwrap_or("failed")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}
