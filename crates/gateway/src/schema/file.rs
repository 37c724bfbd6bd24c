//! Files of schemas as text: YAML and JSON, and tables of options as CSV.

use portal_model::{
    api::schema_files::media,
    schema::file::{OptionLine, SchemaFile},
};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people and git.
    Yaml,
    /// For programs.
    Json,
}

/// Why a text is no file: a sentence with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl Format {
    /// By its name, as addresses have it.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "yaml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// By a media type, with its parameters.
    #[must_use]
    pub fn of(media: &str) -> Option<Self> {
        match essence(media).as_str() {
            media::YAML | "application/x-yaml" | "text/yaml" | "text/x-yaml" => Some(Self::Yaml),
            media::JSON => Some(Self::Json),
            _ => None,
        }
    }

    /// What it is called at the end of a file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media(self) -> &'static str {
        match self {
            Self::Yaml => media::YAML,
            Self::Json => media::JSON,
        }
    }

    /// A file as text, with a line break at the end.
    ///
    /// # Errors
    /// Never for what can be read; the writers say they may fail.
    pub fn write(self, file: &SchemaFile) -> Result<String, Unreadable> {
        match self {
            Self::Yaml => {
                // Long names stay on their line, and `on` stays a text for readers of YAML 1.1.
                let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
                serde_saphyr::to_string_with_options(file, options).map_err(|error| Unreadable(error.to_string()))
            }
            Self::Json => serde_json::to_string_pretty(file)
                .map(|text| text + "\n")
                .map_err(|error| Unreadable(error.to_string())),
        }
    }

    /// A text as a file.
    ///
    /// # Errors
    /// With the line where it is none.
    pub fn read(self, text: &str) -> Result<SchemaFile, Unreadable> {
        match self {
            Self::Yaml => yaml(text),
            Self::Json => serde_json::from_str(text).map_err(|error| Unreadable(error.to_string())),
        }
    }
}

/// A media type without its parameters.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is that of tables.
#[must_use]
pub fn is_table(media: &str) -> bool {
    essence(media) == media::CSV
}

fn yaml(text: &str) -> Result<SchemaFile, Unreadable> {
    // Names are what stands there: `no` is a name, and `007` too. Anchors are left to other files: few of them say a lot.
    let budget = serde_saphyr::budget! { max_aliases: 0, max_documents: 1, max_depth: 200, max_events: 4_000_000 };
    let options = serde_saphyr::options! {
        budget: budget,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| format!("line {}, column {}: ", at.line(), at.column()));
        Unreadable(format!("{}{}", place.unwrap_or_default(), error.without_snippet()))
    })
}

/// The columns of a table.
const COLUMNS: [&str; 3] = ["id", "name", "parent"];

/// A table as text.
#[must_use]
pub fn write_table(lines: &[OptionLine]) -> String {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail, and cells were text before.
    let written = std::iter::once(COLUMNS.map(str::to_owned))
        .chain(lines.iter().map(|line| [line.id.clone(), line.name.clone(), line.parent.clone()]))
        .try_for_each(|row| table.write_record(row));
    let bytes = written.ok().and_then(|()| table.into_inner().ok());
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A text as a table.
///
/// # Errors
/// With the line where it is none.
pub fn read_table(text: &str) -> Result<Vec<OptionLine>, Unreadable> {
    // Spreadsheets begin their files with a mark of the byte order.
    let text = text.trim_start_matches('\u{feff}');
    let mut table = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let head = table.headers().map_err(|error| Unreadable(error.to_string()))?.clone();
    if let Some(strange) = head.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(Unreadable(format!("line 1: there is no column {strange:?}; there are id, name and parent")));
    }
    if !head.iter().any(|name| name == "name") {
        return Err(Unreadable("line 1: the column name is missing; write id,name,parent".into()));
    }
    table.deserialize().collect::<Result<_, csv::Error>>().map_err(|error| Unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use portal_model::schema::file::{About, LabelInFile, OptionInFile};

    use super::*;

    const ROAD: &str = r##"
schema: Road
labels:
  - {name: car, color: "#ff0000"}
  - sign
attributes:
  - name: colour
    question: Which colour?
    kind: tree
    about: [car]
    starts_with: warm / red
    options:
      - name: warm
        options: [red, orange]
      - cool
      - no
      - "7"
      - 007
  - {name: speed, question: "How fast?", kind: slider, about: file, min: 0, max: 10, starts_with: 5}
"##;

    #[test]
    fn yaml_is_read_as_it_is_written() {
        let file = Format::Yaml.read(ROAD).unwrap();
        assert_eq!(file.labels.as_ref().unwrap()[1], LabelInFile::Name("sign".into()));
        assert_eq!(file.attributes[0].about, About::Labels(vec!["car".into()]));
        let names: Vec<_> = file.attributes[0].options[1..].to_vec();
        assert_eq!(names, ["cool", "no", "7", "007"].map(|name| OptionInFile::Name(name.into())));
        for format in [Format::Yaml, Format::Json] {
            let text = format.write(&file).unwrap();
            assert_eq!(format.read(&text).unwrap(), file, "{text}");
            assert!(text.ends_with('\n'));
        }
        let hostile = [
            "",
            " ",
            "no",
            "yes",
            "null",
            "~",
            "1e3",
            "0x1f",
            "2026-11-28",
            "a: b",
            "# a",
            "- a",
            "a\nb",
            "\u{202e}x",
            "\t",
            "\"",
            "'",
            "{",
            "[x]",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%",
            "@",
            "`",
            "é",
            "😀",
            "=1+1",
            ".inf",
            "on",
            "<<",
            "a #b",
        ];
        let mut odd = file;
        odd.attributes[0].options = hostile.iter().map(|name| OptionInFile::Name((*name).into())).collect();
        for format in [Format::Yaml, Format::Json] {
            let text = format.write(&odd).unwrap();
            assert_eq!(format.read(&text).unwrap(), odd, "{text}");
        }
    }

    #[test]
    fn the_file_in_the_documentation_is_one() {
        let documentation = include_str!("../../../../docs/schemas.md");
        let text = documentation.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let file = Format::Yaml.read(text).unwrap();
        let empty = portal_model::schema::Schema {
            id: portal_model::id::SchemaId(3),
            name: "Road".into(),
            archived: false,
            labels: Vec::new(),
            attributes: Vec::new(),
        };
        assert_eq!(file.over(&empty).unwrap().faults(&empty), []);
    }

    #[test]
    fn what_is_no_file_says_where() {
        let fault = |from: &str, to: &str| Format::Yaml.read(&ROAD.replace(from, to)).unwrap_err().0;
        assert!(fault("kind: tree", "knd: tree").starts_with("line 9"), "{}", fault("kind: tree", "knd: tree"));
        assert!(fault("kind: tree", "knd: tree").contains("knd"));
        assert!(
            fault("- cool", "- 7").contains("expected an option: its name in quotes"),
            "{}",
            fault("- cool", "- 7")
        );
        assert!(fault("about: file", "about: car").contains("file, compound_file, or a list of labels"));
        assert!(fault("schema: Road", "schema: [").contains("line"));
        let bomb = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nschema: Road";
        assert!(Format::Yaml.read(bomb).is_err());
        assert!(Format::Json.read("{\"schema\": 1}").unwrap_err().0.contains("line 1"));
    }

    #[test]
    fn tables_are_read_as_they_are_written() {
        let line =
            |id: &str, name: &str, parent: &str| OptionLine { id: id.into(), name: name.into(), parent: parent.into() };
        let lines = vec![line("1", "warm, very", ""), line("2", "a \"b\"\nc", "warm, very"), line("", "'=1", "")];
        assert_eq!(read_table(&write_table(&lines)).unwrap(), lines);
        assert_eq!(write_table(&lines[..1]), "id,name,parent\r\n1,\"warm, very\",\r\n");
        assert_eq!(read_table("\u{feff}name\nred\n").unwrap(), [line("", "red", "")], "columns may be left out");
        assert!(read_table("id,title\n1,x\n").unwrap_err().0.contains("no column \"title\""));
        assert!(read_table("id,parent\n1,x\n").unwrap_err().0.contains("name is missing"));
        assert!(read_table("id,name,parent\n1,x\n").unwrap_err().0.contains("line: 2"));
    }
}
