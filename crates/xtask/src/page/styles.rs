//! Styles: one file for the first page, and those of the parts (`data-part` in `index.html`) only with their chunks. In
//! `index.html` theirs stay at their places as links that load nothing yet, so that their order never changes.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

use super::split::hashed;

/// The files of styles that each chunk needs.
pub type Styles = BTreeMap<String, Vec<String>>;

/// Gathers the styles of the first page into one file and puts the others off.
pub fn part(dist: &Path) -> Result<Styles> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("index.html cannot be read")?;
    let found = Found::read(&html);
    let mut first = Vec::new();
    for name in &found.first {
        let file = dist.join(name);
        first.extend(fs::read(&file).with_context(|| format!("{name} cannot be read"))?);
        first.push(b'\n');
        fs::remove_file(&file).with_context(|| format!("{name} cannot be taken away"))?;
    }
    let name = hashed("first", &[&first], "css");
    fs::write(dist.join(&name), &first).with_context(|| format!("{name} cannot be written"))?;
    fs::write(&index, found.html.replace(PLACE, &name)).context("index.html cannot be written")?;
    Ok(found.parts)
}

/// Leaves what is for readers out of `init.js` and names it by its content, so that browsers keep it.
pub fn name_starter(dist: &Path) -> Result<()> {
    let (file, index) = (dist.join("init.js"), dist.join("index.html"));
    let script = bare(&fs::read_to_string(&file).context("init.js cannot be read")?);
    let name = hashed("init", &[script.as_bytes()], "js");
    fs::write(&file, script).context("init.js cannot be written")?;
    let html = fs::read_to_string(&index).context("index.html cannot be read")?;
    fs::write(&index, html.replace("/init.js", &format!("/{name}"))).context("index.html cannot be written")?;
    fs::rename(&file, dist.join(name)).context("init.js cannot be renamed")
}

/// A script without the lines that are comments, and without what stands before each line. It has no text over several lines.
fn bare(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/**"));
    code.flat_map(|line| [line, "\n"]).collect()
}

/// Where the name of the first page's file goes, once it is known.
const PLACE: &str = "{first}";

/// What `index.html` says of styles.
struct Found {
    /// The page with one link for the first page, and links for later.
    html: String,
    /// The files of the first page, in order.
    first: Vec<String>,
    parts: Styles,
}

impl Found {
    fn read(html: &str) -> Self {
        let mut found = Self { html: String::with_capacity(html.len()), first: Vec::new(), parts: BTreeMap::new() };
        let mut rest = html;
        while let Some((before, link)) = rest.split_once("<link ") {
            found.html.push_str(before);
            let (link, after) = link.split_once('>').unwrap_or((link, ""));
            found.link(link);
            rest = after;
        }
        found.html.push_str(rest);
        found
    }

    fn link(&mut self, link: &str) {
        let name = attribute(link, "href").map(|href| href.trim_start_matches('/').to_owned());
        let Some(name) = name.filter(|_| attribute(link, "rel") == Some("stylesheet")) else {
            self.html.push_str(&format!("<link {link}>"));
            return;
        };
        if let Some(parts) = attribute(link, "data-part") {
            // A kind that no browser knows: `init.js` makes it `stylesheet` when it is needed.
            self.html.push_str(&format!("<link href=\"/{name}\" rel=\"part\">"));
            for part in parts.split(' ') {
                self.parts.entry(part.to_owned()).or_default().push(name.clone());
            }
        } else {
            if self.first.is_empty() {
                self.html.push_str(&format!("<link href=\"/{PLACE}\" rel=\"stylesheet\">"));
            }
            self.first.push(name);
        }
    }
}

/// The value of an attribute, with or without quotes: the page is minified.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let start = tag
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|at| (*at == 0 || tag[..*at].ends_with(' ')) && tag[at + name.len()..].starts_with('='))?;
    let value = &tag[start + name.len() + 1..];
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split(' ').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_readers_stays_here() {
        assert_eq!(bare("// why\nlet a = 1; // kept\n\n  /** what */\n  a();\n"), "let a = 1; // kept\na();\n");
        let script = include_str!("../../../../public/init.js");
        // Every block comment is a line, and every text over several lines would lose its indentation.
        assert!(script.lines().filter(|line| line.contains("/*")).all(|line| line.trim_end().ends_with("*/")));
        assert!(script.lines().all(|line| line.matches('`').count() % 2 == 0));
    }

    #[test]
    fn one_file_for_the_first_page_and_the_rest_waits_at_its_place() {
        let dir = tempfile::tempdir().expect("a folder");
        let html = "<head><link rel=icon href=/favicon.svg><link data-integrity=none href=/a-1.css rel=stylesheet>\
            <link data-part=\"task file\" href=/t-2.css rel=stylesheet><link data-part=task href=\"/u-3.css\" rel=stylesheet>\
            <link href=/b-4.css rel=stylesheet></head><p>";
        for (name, text) in
            [("index.html", html), ("a-1.css", "a{}"), ("b-4.css", "b{}"), ("t-2.css", ""), ("u-3.css", "")]
        {
            fs::write(dir.path().join(name), text).expect("written");
        }
        let parts = part(dir.path()).expect("parted");
        assert_eq!(parts["task"], ["t-2.css", "u-3.css"]);
        assert_eq!(parts["file"], ["t-2.css"]);
        let first = hashed("first", &[b"a{}\nb{}\n"], "css");
        assert_eq!(fs::read_to_string(dir.path().join(&first)).expect("read"), "a{}\nb{}\n");
        assert!(!dir.path().join("a-1.css").exists() && dir.path().join("t-2.css").exists());
        assert_eq!(
            fs::read_to_string(dir.path().join("index.html")).expect("read"),
            format!(
                "<head><link rel=icon href=/favicon.svg><link href=\"/{first}\" rel=\"stylesheet\">\
                <link href=\"/t-2.css\" rel=\"part\"><link href=\"/u-3.css\" rel=\"part\"></head><p>"
            )
        );
    }
}
