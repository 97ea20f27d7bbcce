//! Running other programs, cargo among them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the whole workspace.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// Cargo, in the workspace's folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(root()).args(arguments);
    command
}

/// Runs a command to its end, its output going where ours goes.
///
/// # Errors
/// A sentence that names the command.
pub fn run(what: &str, command: &mut Command) -> Result<(), String> {
    let status =
        command.status().map_err(|error| format!("{what}: {} cannot be run: {error}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status})")) }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Runs a command to its end, its output going where ours goes; what it wrote.
///
/// # Errors
/// A sentence that names the command.
pub fn tee(what: &str, command: &mut Command) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{what}: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut said = String::new();
    for line in child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).lines()) {
        let line = line.map_err(failed)?;
        println!("{line}");
        said.push_str(&line);
        said.push('\n');
    }
    let status = child.wait().map_err(failed)?;
    if status.success() { Ok(said) } else { Err(format!("{what} failed ({status})")) }
}

/// Installs Debian's packages, where there is an apt-get and we may.
///
/// # Errors
/// A sentence that says what to install by hand.
pub fn install_debian(packages: &[&str]) -> Result<(), String> {
    let names = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!("Debian's packages ({names}): there is no apt-get here"));
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root {
        return Err(format!("Debian's packages: run as root: apt-get install {names}"));
    }
    println!("installing Debian's packages {names}");
    let install = || {
        let mut install = Command::new("apt-get");
        install.args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(packages);
        run("apt-get install", install.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // A machine that never asked for the lists, or long ago, finds no package by them.
    install().or_else(|_| {
        run("apt-get update", Command::new("apt-get").args(["update", "--quiet"]))?;
        install()
    })
}

/// The roles' programs.
pub const PROGRAMS: [&str; 6] = [
    "plebiscite-server",
    "plebiscite-verify",
    "plebiscite-voter",
    "plebiscite-trustee",
    "plebiscite-registrar",
    "plebiscite-admin",
];

/// Builds programs and examples of the workspace: the folder in which the programs are.
///
/// # Errors
/// A sentence, where they cannot be built.
pub fn build(programs: &[&str], examples: &[&str], release: bool) -> Result<PathBuf, String> {
    // Of the whole workspace, never of one package: the dependencies' features are then the same for every command, and
    // nothing is compiled twice.
    let mut build = cargo(&["build", "--quiet", "--workspace"]);
    build.args(programs.iter().flat_map(|name| ["--bin", name]));
    build.args(examples.iter().flat_map(|name| ["--example", name]));
    if release {
        build.arg("--release");
    }
    run(&format!("building {}", [programs, examples].concat().join(", ")), &mut build)?;
    Ok(target().join(if release { "release" } else { "debug" }))
}

/// The compiler's folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
