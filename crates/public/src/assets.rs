//! The files of the pages that run in the browser: from a folder, or built into the program with the feature `embed`.

use std::path::{Path, PathBuf};

/// Where the files come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assets {
    /// There are none.
    None,
    /// The folder `web` of the sources, or a copy.
    Folder(PathBuf),
    /// Inside the program.
    #[cfg(feature = "embed")]
    Embedded,
}

/// A file and its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub kind: &'static str,
}

/// The only folders and files that are served: sources of the module and its tests lie beside them.
const SERVED: [&str; 9] =
    ["audit", "booth", "check", "i18n", "parts", "pkg", "style.css", "wasm.sha256", "worker.js"];
/// Longest path.
const LONGEST: usize = 128;

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web"]
#[include = "audit/*"]
#[include = "booth/*"]
#[include = "booth/kinds/*"]
#[include = "check/*"]
#[include = "i18n/*"]
#[include = "parts/*"]
#[include = "pkg/*.br"]
#[include = "pkg/*.html"]
#[include = "pkg/*.js"]
#[include = "pkg/*.wasm"]
#[include = "wasm.sha256"]
#[include = "worker.js"]
#[include = "style.css"]
struct Embedded;

impl Assets {
    /// The folder that was named; else what is built in; else nothing.
    #[must_use]
    pub fn of(folder: Option<&Path>) -> Self {
        match folder {
            Some(folder) => Self::Folder(folder.to_owned()),
            #[cfg(feature = "embed")]
            None => Self::Embedded,
            #[cfg(not(feature = "embed"))]
            None => Self::None,
        }
    }

    /// Whether there are any.
    #[must_use]
    pub fn are_there(&self) -> bool {
        *self != Self::None
    }

    /// A file that `cargo xtask wasm` compressed along, with Brotli; none where it did not. Blocks on the disk.
    #[must_use]
    pub fn brotli(&self, path: &str) -> Option<Asset> {
        let kind = kind_of(path).filter(|_| is_served(path))?;
        let bytes = self.read(&format!("{path}.br"))?;
        Some(Asset { bytes, kind })
    }

    /// A file by its path below `/assets/`; none if it is not one of ours. Blocks on the disk.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Asset> {
        let kind = kind_of(path).filter(|_| is_served(path))?;
        let bytes = self.read(path)?;
        Some(Asset { bytes, kind })
    }

    /// The paths of all that is built in, served or not.
    #[cfg(feature = "embed")]
    pub fn built_in() -> impl Iterator<Item = std::borrow::Cow<'static, str>> {
        Embedded::iter()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Self::None => None,
            Self::Folder(folder) => std::fs::read(folder.join(path)).ok(),
            #[cfg(feature = "embed")]
            Self::Embedded => Some(Embedded::get(path)?.data.into_owned()),
        }
    }
}

/// Plain segments below one of the served names: nothing that could lead elsewhere.
fn is_served(path: &str) -> bool {
    let plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    path.len() <= LONGEST
        && path.split('/').all(plain)
        && path.split('/').next().is_some_and(|first| SERVED.contains(&first))
}

fn kind_of(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "html" => Some("text/html; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "wasm" => Some("application/wasm"),
        "sha256" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_of_known_kinds_are_served() {
        let folder = tempfile::tempdir().unwrap();
        let web = folder.path().join("web");
        for file in
            ["booth/booth.js", "tests/secret.js", "src/lib.rs", "booth/notes.txt", "worker.js", "wasm.sha256"]
        {
            let path = web.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        std::fs::write(folder.path().join("outside.js"), "outside").unwrap();
        std::fs::write(web.join("worker.js.br"), "compressed").unwrap();
        let assets = Assets::of(Some(&web));
        assert_eq!(assets.get("booth/booth.js").unwrap().bytes, b"booth/booth.js");
        assert_eq!(assets.get("worker.js").unwrap().kind, "text/javascript; charset=utf-8");
        let compressed = assets.brotli("worker.js").unwrap();
        assert_eq!(
            (compressed.bytes.as_slice(), compressed.kind),
            (&b"compressed"[..], "text/javascript; charset=utf-8")
        );
        for none in ["booth/booth.js", "tests/secret.js", "../outside.js", "worker.js.br"] {
            assert_eq!(assets.brotli(none), None, "{none}");
        }
        assert_eq!(assets.get("wasm.sha256").unwrap().kind, "text/plain; charset=utf-8");
        for refused in [
            "tests/secret.js",
            "src/lib.rs",
            "booth/notes.txt",
            "booth/none.js",
            "worker.js.br",
            "../outside.js",
            "booth/../../outside.js",
            "booth//booth.js",
            "booth/.hidden.js",
            "/booth/booth.js",
            "booth\\booth.js",
            "",
        ] {
            assert_eq!(assets.get(refused), None, "{refused}");
        }
    }
}
