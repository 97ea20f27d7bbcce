//! `cargo xtask test --only browser`: the pages in Debian's Chromium, before the real server with the real module.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::{self, root};
use crate::wasm;

/// Debian's browser, and the package that it is in.
const CHROMIUM: &str = "/usr/bin/chromium";
const PACKAGE: &str = "chromium";

/// Types, words and screens of the pages, then whole votes in the browser. Installs what is missing and may be installed.
///
/// # Errors
/// A sentence: what is missing, or what failed.
pub fn run() -> Result<(), String> {
    let chromium = ready()?;
    let folder = root().join("web/tests");
    let programs = command::build(
        &["plebiscite-server", "plebiscite-witness", "plebiscite-voter", "plebiscite-mirror"],
        &["elections"],
        false,
    )?;
    for script in ["types", "unit", "browser"] {
        let mut npm = Command::new("npm");
        npm.current_dir(&folder).args(["run", "--silent", script]);
        npm.env("CHROMIUM", &chromium).env("PLEBISCITE_PROGRAMS", &programs);
        command::run(&format!("npm run {script} in web/tests"), &mut npm)?;
    }
    Ok(())
}

/// Everything that runs the pages in a browser: node with the tests' packages, Chromium, whose place this is, and the built module.
///
/// # Errors
/// A sentence: what is missing, or what failed.
pub fn ready() -> Result<PathBuf, String> {
    require("node", "Node 20 or newer")?;
    require("npm", "npm, which comes with Node")?;
    packages(&root().join("web/tests"))?;
    let chromium = chromium()?;
    wasm::run(&wasm::Options::default())?;
    Ok(chromium)
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn require(program: &str, what: &str) -> Result<(), String> {
    if answers(program) {
        return Ok(());
    }
    Err(format!("{program} is missing: install {what}, or leave this part out with --without browser"))
}

/// Exactly the packages of the lock file; installed again where the lock file is newer than what is there.
fn packages(folder: &Path) -> Result<(), String> {
    let changed = |file: PathBuf| file.metadata().and_then(|metadata| metadata.modified()).ok();
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(folder.join("package-lock.json")) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["ci", "--no-audit", "--no-fund"]);
    command::run("npm ci in web/tests", &mut npm)
}

/// The browser: the one that `CHROMIUM` names, else Debian's, which root gets installed.
fn chromium() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return if named.exists() { Ok(named) } else { Err(format!("{} is not there", named.display())) };
    }
    if !Path::new(CHROMIUM).exists() {
        command::install_debian(&[PACKAGE]).map_err(|sentence| {
            format!(
                "{CHROMIUM} is missing ({sentence}): install it, name another Chromium in the variable CHROMIUM, or \
                 leave this part out with --without browser"
            )
        })?;
    }
    Ok(PathBuf::from(CHROMIUM))
}
