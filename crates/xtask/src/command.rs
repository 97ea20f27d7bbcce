//! Running other programs, cargo among them.

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The roles' programs, built: the folder in which they are.
///
/// # Errors
/// A sentence, where they cannot be built.
pub fn programs(release: bool) -> Result<PathBuf, String> {
    let packages = ["server", "verifier", "voter", "trustee", "registrar", "admin"]
        .map(|name| format!("plebiscite-{name}"));
    let mut build = cargo(&["build", "--quiet", "--bins"]);
    for package in &packages {
        build.args(["--package", package]);
    }
    if release {
        build.arg("--release");
    }
    run("building the roles' programs", &mut build)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join(if release { "release" } else { "debug" }))
}
