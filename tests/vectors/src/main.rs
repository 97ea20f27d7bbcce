//! Writes the test vectors into a folder; with `--check` compares them instead.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    arguments.retain(|argument| argument != "--check");
    let folder = match arguments.as_slice() {
        // The folder is made, and emptied of what is no vector: an option that is not known must not become one.
        [folder] if !folder.starts_with('-') => Path::new(folder),
        _ => {
            eprintln!("usage: plebiscite-vectors [--check] FOLDER");
            return ExitCode::from(2);
        }
    };
    let made = plebiscite_vectors::files();
    let outcome = if check { compare(folder, &made) } else { write(folder, &made) };
    match outcome {
        Ok(sentence) => {
            println!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What stands in the folder, by path, but the README.
fn standing(folder: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                if name != "README.md" {
                    found.insert(name, path);
                }
            }
        }
    }
    Ok(found)
}

fn compare(folder: &Path, made: &BTreeMap<String, Vec<u8>>) -> Result<String, String> {
    let standing = standing(folder)?;
    let mut wrong: Vec<String> = standing
        .keys()
        .filter(|name| !made.contains_key(*name))
        .map(|name| format!("{name} is no vector"))
        .collect();
    for (name, bytes) in made {
        match standing.get(name).map(fs::read) {
            Some(Ok(found)) if found == *bytes => {}
            Some(Ok(_)) => wrong.push(format!("{name} differs from what is made")),
            _ => wrong.push(format!("{name} is missing")),
        }
    }
    if wrong.is_empty() {
        Ok(format!("{} files of vectors are as they are made", made.len()))
    } else {
        Err(wrong.join("\n"))
    }
}

fn write(folder: &Path, made: &BTreeMap<String, Vec<u8>>) -> Result<String, String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, path) in standing(folder)? {
        if !made.contains_key(&name) {
            fs::remove_file(&path).map_err(|error| failed(&path, error))?;
        }
    }
    for (name, bytes) in made {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        }
        fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    }
    Ok(format!("{} files of vectors written", made.len()))
}
