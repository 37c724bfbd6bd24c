//! Habits that no lint knows: what must not stand in our sources.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::tally::Outcome;
use crate::{page::files_below, repo::Repo};

/// Something that must not be in a line, and why.
struct Habit {
    what: &'static str,
    why: &'static str,
    /// Whether it is about the page only.
    page: bool,
    /// The one file that may.
    except: Option<&'static str>,
}

const HABITS: [Habit; 4] = [
    Habit {
        what: " style=",
        why: "the content security policy blocks inline styles: use a class, or `style:name=`",
        page: true,
        except: None,
    },
    Habit {
        what: "inner_html",
        why: "texts are untrusted: let the view write them, or `Said` what the gateway has sanitised",
        page: true,
        except: Some("src/ui/said.rs"),
    },
    Habit { what: ".unwrap()", why: "say what happens instead, or `expect` in a test", page: false, except: None },
    Habit { what: "danger_accept_invalid_certs", why: "certificates are checked, always", page: false, except: None },
];

/// Looks through all Rust sources.
pub fn check(repo: &Repo) -> Result<Vec<Outcome>> {
    let mut found = Vec::new();
    for (folder, page) in [("src", true), ("crates", false)] {
        for file in files_below(&repo.root().join(folder))? {
            if file.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
                let name = file.strip_prefix(repo.root()).unwrap_or(&file);
                found.extend(look(name, &text, page));
            }
        }
    }
    for line in &found {
        eprintln!("  ✗ {line}");
    }
    Ok(vec![Outcome::check("sources keep the habits", found.is_empty())])
}

fn look(name: &Path, text: &str, page: bool) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push(format!("{}:1: the first line says what the file is for", name.display()));
    }
    let is_test = name.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
    // This file names what it forbids.
    if is_test || name.ends_with("test/guard.rs") {
        return found;
    }
    // Tests stand at the end of a file.
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    for (number, line) in product.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        let holds = |habit: &&Habit| (page || !habit.page) && habit.except.is_none_or(|file| name != Path::new(file));
        for habit in HABITS.iter().filter(holds).filter(|habit| line.contains(habit.what)) {
            found.push(format!("{}:{}: `{}`: {}", name.display(), number + 1, habit.what.trim(), habit.why));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_habit_is_seen() {
        let bad = "//! A view.\nview! { <p style=\"color: red\" inner_html=x/> };\nx.unwrap();\n";
        assert_eq!(look(Path::new("src/a.rs"), bad, true).len(), 3);
        assert_eq!(look(Path::new("crates/x/src/a.rs"), bad, false).len(), 1);
        assert_eq!(look(Path::new("src/ui/said.rs"), bad, true).len(), 2, "sanitised HTML has one place");
    }

    #[test]
    fn tests_comments_and_bound_styles_are_free() {
        let good =
            "//! A view.\n// never style=\nview! { <p style:top=y/> };\n#[cfg(test)]\nmod tests { x.unwrap(); }\n";
        assert!(look(Path::new("src/a.rs"), good, true).is_empty());
        assert_eq!(look(Path::new("src/a.rs"), "fn main() {}\n", true).len(), 1);
    }
}
