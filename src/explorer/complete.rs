//! What could stand at the cursor of a query: fields, their words, and names that occur in the person's files. Pure.

use std::ops::Range;

use portal_model::{
    api::explorer::FileNames,
    query::{Answer, Condition, FieldName, Kind, Quoted, Shape, SortField, Status, Thing, Who},
};

/// More are not offered at once: typing on narrows them down.
const MOST: usize = 12;

/// One thing that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What people read. Names are untrusted text.
    pub shown: String,
    /// What is written instead of the piece at the cursor.
    pub text: String,
    /// Whether something must follow without a blank: a value after a field.
    pub goes_on: bool,
}

/// What could stand at the cursor, and which piece of the text it would replace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The piece, in bytes.
    pub piece: Range<usize>,
    /// In order; may be empty.
    pub all: Vec<Offer>,
}

/// The byte at a place that the browser counts in UTF-16 units; the end when it is beyond.
pub fn byte_at(text: &str, units: u32) -> usize {
    let mut before = 0;
    for (at, c) in text.char_indices() {
        if before >= units {
            return at;
        }
        before += u32::try_from(c.len_utf16()).unwrap_or(1);
    }
    text.len()
}

/// A place in bytes, as the browser counts.
pub fn units_at(text: &str, byte: usize) -> u32 {
    u32::try_from(text.get(..byte).unwrap_or(text).encode_utf16().count()).unwrap_or(u32::MAX)
}

/// What could stand at the cursor, a byte of the text.
pub fn offers(text: &str, cursor: usize, names: &FileNames) -> Offers {
    let piece = piece_at(text, cursor);
    // Only what stands before the cursor was meant so far.
    let typed = text.get(piece.start..cursor.clamp(piece.start, piece.end)).unwrap_or_default();
    let all = match question(typed, names) {
        Some(offers) => offers,
        None => by_field(typed, names),
    };
    // What is written already needs no offer.
    let all = all.into_iter().filter(|offer| text.get(piece.clone()) != Some(offer.text.as_str())).collect();
    Offers { piece, all }
}

/// What could stand after `attribute.`: questions, and after their name and a colon what was answered to them. Nothing for other
/// fields.
fn question(typed: &str, names: &FileNames) -> Option<Vec<Offer>> {
    let prefix = format!("{}.", FieldName::Attribute.word());
    let rest =
        typed.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(&prefix)).and(typed.get(prefix.len()..))?;
    let of = names.attributes.iter().find_map(|attribute| {
        let written = Quoted(&attribute.name).to_string();
        Some((attribute, rest.strip_prefix(&written)?.strip_prefix(':')?))
    });
    Some(match of {
        Some((attribute, value)) => {
            named(&attribute.options, &value.trim_start_matches('"').to_lowercase(), |option| {
                Condition::Attribute(attribute.name.clone(), Answer::Is(option))
            })
        }
        None => {
            let typed = rest.trim_start_matches('"').to_lowercase();
            let all = named(names.attributes.iter().map(|attribute| &attribute.name), &typed, Condition::Name);
            all.into_iter()
                .map(|offer| Offer { text: format!("{prefix}{}:", Quoted(&offer.shown)), goes_on: true, ..offer })
                .collect()
        }
    })
}

fn by_field(typed: &str, names: &FileNames) -> Vec<Offer> {
    match typed.split_once([':', '=', '<', '>']) {
        Some((field, value)) => {
            let value = value.strip_prefix('=').unwrap_or(value);
            let value = value.strip_prefix('"').unwrap_or(value);
            let field = FieldName::ALL.iter().copied().find(|name| name.word().eq_ignore_ascii_case(field));
            field.map(|field| values(field, &value.to_lowercase(), names)).unwrap_or_default()
        }
        None if typed.starts_with('"') => Vec::new(),
        None => fields(&typed.to_lowercase()),
    }
}

/// The text with an offer in place, and where the cursor is then, in bytes.
pub fn accept(text: &str, piece: &Range<usize>, offer: &Offer) -> (String, usize) {
    let before = text.get(..piece.start).unwrap_or_default();
    let after = text.get(piece.end..).unwrap_or_default();
    let after = if offer.goes_on { after } else { after.trim_start() };
    let blank = if offer.goes_on { "" } else { " " };
    let start = format!("{before}{}{blank}", offer.text);
    let cursor = start.len();
    (start + after, cursor)
}

/// The piece around the cursor: between blanks and brackets, without a sign of negation before it. Quotes hold blanks.
fn piece_at(text: &str, cursor: usize) -> Range<usize> {
    let (mut start, mut quoted, mut escaped, mut end) = (0, false, false, None);
    for (at, c) in text.char_indices() {
        let is_edge = !quoted && (c.is_whitespace() || c == '(' || c == ')');
        if at >= cursor && is_edge {
            end = Some(at);
            break;
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if is_edge => start = at + c.len_utf8(),
            _ => {}
        }
    }
    // A quote that is still open would take all the rest with it.
    let end = end.unwrap_or(if quoted { cursor.min(text.len()) } else { text.len() });
    let negated = text.get(start..end).is_some_and(|piece| piece.starts_with('-')) && cursor > start;
    let start = start + usize::from(negated);
    start..end.max(start)
}

fn fields(typed: &str) -> Vec<Offer> {
    let fitting = FieldName::ALL.iter().filter(|field| field.word().starts_with(typed));
    fitting
        .map(|field| {
            let sign = match field {
                FieldName::Score
                | FieldName::Frame
                | FieldName::Width
                | FieldName::Height
                | FieldName::Duration
                | FieldName::Created => ">=",
                FieldName::Attribute => ".",
                _ => ":",
            };
            let text = format!("{}{sign}", field.word());
            Offer { shown: text.clone(), text, goes_on: true }
        })
        .collect()
}

fn values(field: FieldName, typed: &str, names: &FileNames) -> Vec<Offer> {
    match field {
        FieldName::Dataset => named(&names.datasets, typed, Condition::Dataset),
        FieldName::Label => named(&names.labels, typed, Condition::Label),
        FieldName::Run => named(names.runs.iter().map(|run| &run.name), typed, Condition::Run),
        FieldName::Type => of_words(field, typed, Kind::ALL.iter().map(|kind| kind.word())),
        FieldName::Kind => of_words(field, typed, Shape::ALL.iter().map(|shape| shape.word())),
        FieldName::Status => of_words(field, typed, Status::ALL.iter().map(|status| status.word())),
        FieldName::Has | FieldName::Missing => of_words(field, typed, Thing::ALL.iter().map(|thing| thing.word())),
        FieldName::Assignee => {
            let mut all = of_words(field, typed, ["me"].into_iter());
            all.extend(named(&names.people, typed, |name| Condition::Assignee(Who::Named(name))));
            all
        }
        FieldName::Created | FieldName::Updated => {
            of_words(field, typed, ["today", "yesterday", "7d", "30d"].into_iter())
        }
        FieldName::Count => named(&names.labels, typed, Condition::Label)
            .into_iter()
            .map(|offer| Offer { text: format!("{}:{}>=", field.word(), Quoted(&offer.shown)), goes_on: true, ..offer })
            .collect(),
        FieldName::Disagree => sides(typed, names),
        FieldName::Sort => {
            let typed = typed.trim_start_matches('-');
            let both = SortField::ALL.iter().flat_map(|by| [by.word().to_owned(), format!("-{}", by.word())]);
            both.filter(|word| word.trim_start_matches('-').starts_with(typed))
                .map(|word| Offer { text: format!("{}:{word}", field.word()), shown: word, goes_on: false })
                .collect()
        }
        FieldName::Name
        | FieldName::Id
        | FieldName::Width
        | FieldName::Height
        | FieldName::Duration
        | FieldName::Score
        | FieldName::Near
        | FieldName::Frame
        | FieldName::Attribute
        | FieldName::Limit
        | FieldName::Sample
        | FieldName::Seed => Vec::new(),
    }
}

/// Who disagrees: model runs and people. After the first and its comma, the second.
fn sides(typed: &str, names: &FileNames) -> Vec<Offer> {
    let written =
        |run: &str| if run.eq_ignore_ascii_case("person") { format!("\"{run}\"") } else { Quoted(run).to_string() };
    let all = || names.runs.iter().map(|run| written(&run.name)).chain(["person".to_owned()]);
    let first = all().find(|one| typed.starts_with(&format!("{},", one.trim_start_matches('"').to_lowercase())));
    let typed =
        first.as_ref().map_or(typed, |one| typed.get(one.trim_start_matches('"').len() + 1..).unwrap_or_default());
    let typed = typed.trim_start_matches('"');
    all()
        .filter(|one| Some(one) != first.as_ref() && one.trim_start_matches('"').to_lowercase().starts_with(typed))
        .take(MOST)
        .map(|one| match &first {
            None => Offer { text: format!("disagree:{one},"), shown: one, goes_on: true },
            Some(first) => Offer { text: format!("disagree:{first},{one}"), shown: one, goes_on: false },
        })
        .collect()
}

fn of_words(field: FieldName, typed: &str, words: impl Iterator<Item = &'static str>) -> Vec<Offer> {
    words
        .filter(|word| word.starts_with(typed))
        .map(|word| Offer { shown: word.to_owned(), text: format!("{}:{word}", field.word()), goes_on: false })
        .collect()
}

/// Names that begin so first, then those that contain it.
fn named<'a>(
    names: impl IntoIterator<Item = &'a String>,
    typed: &str,
    condition: impl Fn(String) -> Condition,
) -> Vec<Offer> {
    let mut fitting: Vec<(bool, &String)> = names
        .into_iter()
        .filter_map(|name| {
            let folded = name.to_lowercase();
            folded.contains(typed).then(|| (!folded.starts_with(typed), name))
        })
        .collect();
    fitting.sort_by_key(|(later, _)| *later);
    fitting
        .into_iter()
        .take(MOST)
        .map(|(_, name)| Offer { shown: name.clone(), text: condition(name.clone()).to_string(), goes_on: false })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_model::{
        api::explorer::{AttributeName, RunName},
        id::ModelRunId,
        query::parse,
    };

    fn names() -> FileNames {
        FileNames {
            datasets: vec!["portraits-2026".into(), "cup and spoon".into()],
            labels: vec!["surface".into(), "face".into(), "a \"quoted\" \\ name".into()],
            runs: vec![RunName { id: ModelRunId(1), name: "haar-default".into() }],
            attributes: vec![
                AttributeName { name: "How is the weather?".into(), options: vec!["fog".into(), "very fine".into()] },
                AttributeName { name: "speed".into(), options: Vec::new() },
            ],
            people: vec!["Ana Ashby".into(), "me".into()],
        }
    }

    /// What is offered where `|` stands.
    fn at(text: &str) -> (String, Offers) {
        let cursor = text.find('|').expect("a cursor");
        let text = text.replacen('|', "", 1);
        let offers = offers(&text, cursor, &names());
        (text, offers)
    }

    fn shown(text: &str) -> Vec<String> {
        at(text).1.all.into_iter().map(|offer| offer.shown).collect()
    }

    /// The text with the first offer in place; `|` is the cursor.
    fn first(text: &str) -> String {
        let (text, offers) = at(text);
        let (mut text, cursor) = accept(&text, &offers.piece, offers.all.first().expect("an offer"));
        text.insert(cursor, '|');
        text
    }

    #[test]
    fn fields_are_offered_where_a_condition_begins() {
        assert_eq!(shown("|").len(), FieldName::ALL.len());
        assert_eq!(shown("label:face |").len(), FieldName::ALL.len());
        assert_eq!(shown("la|"), ["label:"]);
        assert_eq!(shown("-(da|"), ["dataset:"]);
        assert_eq!(shown("-la|"), ["label:"]);
        assert_eq!(first("type:video -la|"), "type:video -label:|");
        assert_eq!(first("s|"), "score>=|");
        assert_eq!(first("attr|"), "attribute.|");
        assert!(shown("zebra|").is_empty());
        assert!(shown("\"la|").is_empty(), "a quoted name is no field");
    }

    #[test]
    fn names_are_offered_after_their_field_those_that_begin_so_first() {
        assert_eq!(shown("label:fa|"), ["face", "surface"]);
        assert_eq!(shown("LABEL:FA|"), ["face", "surface"]);
        assert_eq!(shown("run:|"), ["haar-default"]);
        assert_eq!(shown("has:p|"), ["prediction"]);
        assert_eq!(shown("sort:sc|"), ["score", "-score"]);
        assert_eq!(shown("sort:-n|"), ["name", "-name"]);
        assert_eq!(shown("created>=|"), ["today", "yesterday", "7d", "30d"]);
        assert_eq!(shown("kind:p|"), ["polygon", "point"]);
        assert_eq!(shown("attribute.|"), ["How is the weather?", "speed"]);
        assert_eq!(first("attribute.wea|"), "attribute.\"How is the weather?\":|");
        assert_eq!(first("attribute.\"How is|"), "attribute.\"How is the weather?\":|");
        assert_eq!(shown("attribute.\"How is the weather?\":f|"), ["fog", "very fine"]);
        assert_eq!(
            first("-attribute.\"How is the weather?\":ve|"),
            "-attribute.\"How is the weather?\":\"very fine\" |"
        );
        assert!(shown("attribute.speed:|").is_empty());
        assert_eq!(shown("assignee:|"), ["me", "Ana Ashby", "me"]);
        assert_eq!(first("assignee:an|"), "assignee:\"Ana Ashby\" |");
        assert_eq!(first("count:fa|"), "count:face>=|");
        assert_eq!(first("disagree:ha|"), "disagree:haar-default,|");
        assert_eq!(shown("disagree:haar-default,|"), ["person"]);
        assert_eq!(first("disagree:haar-default,p|"), "disagree:haar-default,person |");
        assert_eq!(shown("disagree:person,|"), ["haar-default"]);
        assert!(shown("score>=|").is_empty() && shown("nosuch:f|").is_empty());
        assert!(
            shown("label:face|").contains(&"surface".to_owned()) && !shown("label:face|").contains(&"face".to_owned())
        );
    }

    #[test]
    fn an_offer_replaces_its_piece_and_reads_back() {
        assert_eq!(first("label:fa| type:video"), "label:face |type:video");
        assert_eq!(first("(label:fa|)"), "(label:face |)");
        assert_eq!(first("dataset:\"cup a|"), "dataset:\"cup and spoon\" |");
        assert_eq!(first("dataset:\"cup a|nd\" x"), "dataset:\"cup and spoon\" |x");
        assert_eq!(
            first("dataset:\"cup a| type:video"),
            "dataset:\"cup and spoon\" |type:video",
            "an open quote ends here"
        );
        let quoted = first("label:a|").replace('|', "");
        assert!(parse("label:surface").is_ok() && parse(&quoted).is_ok(), "{quoted}");
        let hostile = first("label:quoted|").replace('|', "");
        assert_eq!(parse(&hostile).expect("reads").to_string(), hostile.trim());
    }

    #[test]
    fn places_are_counted_as_the_browser_counts_them() {
        let text = "é🦊x";
        assert_eq!([0, 1, 3, 4, 9].map(|units| byte_at(text, units)), [0, 2, 6, 7, 7]);
        assert_eq!([0, 2, 6, 7, 99].map(|byte| units_at(text, byte)), [0, 1, 3, 4, 4]);
        assert_eq!(offers(text, byte_at(text, 3), &names()).all, []);
    }
}
