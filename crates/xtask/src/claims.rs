//! The table claim ↔ section ↔ function ↔ lemma ↔ test (`proofs/coq/claims.tsv`): every name in it must stand.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// First line of the table.
const HEADER: &str = "claim\tsection\tfunction\tlemma\ttest";
/// What a proven sentence is called in a file of proofs.
const SENTENCES: [&str; 6] = ["Lemma", "Theorem", "Corollary", "Proposition", "Fact", "Remark"];

/// Names of all sentences proven in the folder's files.
///
/// # Errors
/// Where the folder cannot be read, or something is admitted or assumed.
pub fn lemmas(folder: &Path) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    for file in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?.flatten() {
        if file.path().extension().is_none_or(|extension| extension != "v") {
            continue;
        }
        let text = fs::read_to_string(file.path()).map_err(|error| error.to_string())?;
        let text = without_comments(&text);
        if let Some(word) = ["Admitted", "admit", "Axiom", "Parameter", "Conjecture"]
            .iter()
            .find(|word| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == **word))
        {
            return Err(format!("{}: {word}", file.path().display()));
        }
        names.extend(sentences(&text));
    }
    Ok(names)
}

fn sentences(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip_while(|word| ["Local", "#[local]"].contains(word));
        words.next().filter(|word| SENTENCES.contains(word))?;
        let name = words.next()?;
        Some(name.split([':', '(', '{']).next().unwrap_or(name).to_owned())
    })
}

/// The text without its comments, which may stand in each other.
fn without_comments(text: &str) -> String {
    let (mut depth, mut rest, mut kept) = (0usize, text, String::new());
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("(*") {
            (depth, rest) = (depth + 1, after);
        } else if let Some(after) = rest.strip_prefix("*)").filter(|_| depth > 0) {
            (depth, rest) = (depth - 1, after);
        } else {
            if depth == 0 {
                kept.push(next);
            }
            rest = &rest[next.len_utf8()..];
        }
    }
    kept
}

/// Names in the table that stand nowhere, each as a sentence. A cell `-` claims nothing.
///
/// # Errors
/// Where table or proofs cannot be read.
pub fn dangling(root: &Path, sources: &[(String, String)]) -> Result<Vec<String>, String> {
    let folder = root.join("proofs/coq");
    let table = folder.join("claims.tsv");
    let text = fs::read_to_string(&table).map_err(|error| format!("{}: {error}", table.display()))?;
    let lemmas = lemmas(&folder)?;
    let specification =
        fs::read_to_string(root.join("proofs/spec/protocol.md")).map_err(|error| error.to_string())?;
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return Err(format!("{}: the first line is not: {HEADER}", table.display()));
    }
    let mut found = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [claim, section, function, lemma, test] = cells[..] else {
            return Err(format!("{}: not five cells: {line}", table.display()));
        };
        let mut report =
            |what: &str, name: &str| found.push(format!("claims.tsv: {claim}: no {what} {name}"));
        for number in named(section).map(|number| number.trim_start_matches('§')) {
            let heads = |line: &str| line.starts_with('#') && line.split_whitespace().nth(1) == Some(number);
            if !specification.lines().any(heads) {
                report("section", number);
            }
        }
        for function in named(function) {
            let stands = function.split_once("::").is_some_and(|(path, name)| {
                sources.iter().any(|(source, text)| source == path && defines(text, name))
            });
            if !stands {
                report("function", function);
            }
        }
        named(lemma).filter(|name| !lemmas.contains(*name)).for_each(|name| report("lemma", name));
        let tests = |name: &str| sources.iter().any(|(_, text)| defines(text, name));
        named(test).filter(|name| !tests(name)).for_each(|name| report("test", name));
    }
    Ok(found)
}

fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "-")
}

/// Whether a function of this name is defined in a source.
pub fn defines(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}"))
        .any(|(at, found)| text[at + found.len()..].starts_with(['(', '<']))
}

#[cfg(test)]
mod tests {
    use super::{defines, sentences, without_comments};

    #[test]
    fn comments_in_comments_are_no_text() {
        assert_eq!(without_comments("a (* b (* Axiom *) c *) d *) e"), "a  d *) e");
    }

    #[test]
    fn names_are_those_of_sentences_only() {
        let text = "Lemma one (x : F) : x = x.\nLocal Theorem two: True.\nDefinition three := 1.\n  Corollary four :\n";
        assert_eq!(sentences(text).collect::<Vec<_>>(), ["one", "two", "four"]);
    }

    #[test]
    fn a_function_is_defined_under_its_whole_name_only() {
        let text = "pub fn verify_all<T>(x: T) {}\nfn prove() {}";
        assert!(defines(text, "verify_all") && defines(text, "prove"));
        assert!(!defines(text, "verify") && !defines(text, "rove_all"));
    }
}
