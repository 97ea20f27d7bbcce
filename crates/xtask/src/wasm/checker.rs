//! `web/pkg/checker.html`: the checker of tested votes as one file, which a voter can keep and open without any server.
//!
//! The modules stand in it as they stand in `web`, each as a `data:` address that an import map names; only the names behind
//! `from` are other ones, since such addresses have no folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The file, as it lies in `web/pkg`.
pub const NAME: &str = "checker.html";
/// Where it begins.
const ENTRY: &str = "checker/alone.js";

/// Puts the file together from `web` and the module in `pkg`.
///
/// # Errors
/// A sentence: a file is missing, or an import that leads nowhere.
pub fn assemble(web: &Path, pkg: &Path) -> Result<(), String> {
    let mut modules = BTreeMap::new();
    gather(web, pkg, ENTRY, &mut modules)?;
    let imports: BTreeMap<String, String> = modules
        .iter()
        .map(|(path, text)| {
            (format!("web/{path}"), format!("data:text/javascript;base64,{}", STANDARD.encode(text)))
        })
        .collect();
    let map = serde_json::to_string(&serde_json::json!({ "imports": imports }));
    let map = map.map_err(|error| error.to_string())?;
    let wasm = STANDARD.encode(bytes(&pkg.join("plebiscite_web_bg.wasm"))?);
    let mut page = text(&web.join("checker/alone.html"))?;
    for (place, filling) in
        [("{{style}}", text(&web.join("style.css"))?), ("{{modules}}", map), ("{{wasm}}", wasm)]
    {
        if page.matches(place).count() != 1 {
            return Err(format!("checker/alone.html must have {place} once"));
        }
        page = page.replace(place, &filling);
    }
    let path = pkg.join(NAME);
    fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))
}

/// A module and all that it imports, by path below `web`.
fn gather(web: &Path, pkg: &Path, path: &str, modules: &mut BTreeMap<String, String>) -> Result<(), String> {
    if modules.contains_key(path) {
        return Ok(());
    }
    let file = path.strip_prefix("pkg/").map_or_else(|| web.join(path), |name| pkg.join(name));
    let (named, imported) = renamed(path, &text(&file)?)?;
    modules.insert(path.to_owned(), named);
    imported.iter().try_for_each(|import| gather(web, pkg, import, modules))
}

/// A module with its relative imports renamed, and what they lead to.
fn renamed(path: &str, text: &str) -> Result<(String, Vec<String>), String> {
    let (mut lines, mut imported) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match specifier(line) {
            None => lines.push(line.to_owned()),
            Some(relative) => {
                let to = resolve(path, relative)
                    .ok_or_else(|| format!("{path}: {relative} leads out of the folder of the pages"))?;
                lines.push(line.replace(relative, &format!("web/{to}")));
                imported.push(to);
            }
        }
    }
    Ok((lines.join("\n") + "\n", imported))
}

/// The relative name that an import at the beginning of a line has.
fn specifier(line: &str) -> Option<&str> {
    let line = line.strip_prefix("import ").or_else(|| line.strip_prefix("export "))?;
    let quoted = line.rsplit_once(" from ").map_or(line, |(_, name)| name).trim_end_matches(';');
    let name = quoted.strip_prefix(['\'', '"'])?.strip_suffix(['\'', '"'])?;
    name.starts_with('.').then_some(name)
}

/// A relative name from the folder of a file.
fn resolve(path: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_renamed_and_nothing_else_is() {
        let text = "import a, { b } from '../parts/a.js';\nimport \"./b.js\";\nconst from = 'import x';\n";
        let (named, imported) = renamed("checker/alone.js", text).unwrap();
        assert_eq!(imported, ["parts/a.js", "checker/b.js"]);
        assert_eq!(
            named,
            "import a, { b } from 'web/parts/a.js';\nimport \"web/checker/b.js\";\nconst from = 'import x';\n"
        );
        assert!(renamed("alone.js", "import '../../etc/passwd';").is_err());
    }

    #[test]
    fn a_module_is_gathered_once_with_all_that_it_imports_and_a_missing_one_is_named() {
        let web = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = web.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("checker/alone.js", "import { b } from '../parts/b.js';\nimport init from '../pkg/m.js';\n");
        write("parts/b.js", "import '../checker/alone.js';\nexport const b = 1;\n");
        write("pkg/m.js", "export default 1;\n");
        write("pkg/plebiscite_web_bg.wasm", "module");
        write("style.css", "p {}");
        write("checker/alone.html", "<style>{{style}}</style>{{modules}}|{{wasm}}");
        let pkg = web.path().join("pkg");
        assemble(web.path(), &pkg).unwrap();
        let page = fs::read_to_string(pkg.join(NAME)).unwrap();
        assert!(
            page.starts_with("<style>p {}</style>{\"imports\":{\"web/checker/alone.js\":\"data:"),
            "{page}"
        );
        assert!(page.ends_with(&format!("|{}", STANDARD.encode("module"))), "{page}");
        assert_eq!(page.matches("\"web/").count(), 3);
        fs::remove_file(web.path().join("parts/b.js")).unwrap();
        assert!(assemble(web.path(), &pkg).unwrap_err().contains("b.js"));
    }
}
