//! Programs of others that tests compare with; installed from Debian's packages where they are missing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Whether a program is there, after an attempt to install its package where we may. Says so where it is not.
pub fn installed(program: &str, package: &str) -> bool {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _held = ONE_AT_A_TIME.lock();
    if is_there(program) {
        return true;
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if root && Path::new("/usr/bin/apt-get").exists() {
        let mut install = Command::new("apt-get");
        install.args(["install", "--quiet", "--yes", "--no-install-recommends", package]);
        install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null()).stderr(Stdio::null());
        let _ = install.status();
    }
    let there = is_there(program);
    if !there {
        eprintln!("not compared with {program}: install Debian's package {package}");
    }
    there
}

fn is_there(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
