//! Reads a query. Errors point at the place and say what was expected there.

use std::fmt;

use super::{Compare, Condition, Expr, FieldName, Kind, Query, Score, Sort, SortField, Thing};

/// Brackets deeper than this are refused: nobody writes them, and a hostile link must not exhaust the stack.
const MAX_DEPTH: usize = 32;
/// Longer texts are refused, in bytes.
const MAX_LENGTH: usize = 4_000;

/// What would have been right at the place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A condition such as `label:face`.
    Condition,
    /// A field that exists.
    Field,
    /// A value after `field:`.
    Value,
    /// One of these words.
    OneOf(Vec<&'static str>),
    /// A comparison sign, as in `score>=0.6`.
    Comparison,
    /// A number, as in `score>=0.6`.
    Number,
    /// A colon: this field does not compare.
    Colon,
    /// A closing bracket.
    ClosingBracket,
    /// No closing bracket: none is open.
    NoClosingBracket,
    /// A closing quote.
    ClosingQuote,
    /// `sort:` once, and outside brackets.
    SortOnceOutside,
    /// A shorter or flatter query.
    Shorter,
}

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes from the start of the text; always on a character's edge, at most the text's length.
    pub at: usize,
    /// How many bytes are wrong; 0 where something is missing.
    pub len: usize,
    /// What would have been right.
    pub expected: Expected,
    /// The nearest thing that exists, if one is near.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: ", self.at + 1)?;
        match &self.expected {
            Expected::Condition => f.write_str("expected a condition, for example label:face")?,
            Expected::Field => {
                f.write_str("no such field; there are ")?;
                list(f, FieldName::ALL.iter().map(|name| name.word()))?;
            }
            Expected::Value => f.write_str("expected a value after the colon")?,
            Expected::OneOf(words) => {
                f.write_str("expected one of ")?;
                list(f, words.iter().copied())?;
            }
            Expected::Comparison => f.write_str("expected a comparison, for example score>=0.6")?,
            Expected::Number => f.write_str("expected a number, for example 0.6")?,
            Expected::Colon => f.write_str("this field does not compare; write a colon")?,
            Expected::ClosingBracket => f.write_str("a bracket is not closed")?,
            Expected::NoClosingBracket => f.write_str("this bracket closes nothing")?,
            Expected::ClosingQuote => f.write_str("a quote is not closed")?,
            Expected::SortOnceOutside => f.write_str("sort: may stand once, outside brackets and not beside or")?,
            Expected::Shorter => f.write_str("the query is too long or too deep")?,
        }
        if let Some(nearest) = self.nearest {
            write!(f, "; did you mean {nearest}?")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

fn list<'a>(f: &mut fmt::Formatter<'_>, words: impl Iterator<Item = &'a str>) -> fmt::Result {
    for (i, word) in words.enumerate() {
        write!(f, "{}{word}", if i > 0 { ", " } else { "" })?;
    }
    Ok(())
}

/// Reads a query.
///
/// # Errors
/// [`SyntaxError`], for the first thing that is wrong.
pub fn parse(text: &str) -> Result<Query, SyntaxError> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxError { at: 0, len: 0, expected: Expected::Shorter, nearest: None });
    }
    let mut parser = Parser { text, at: 0, sort: None };
    let filter = parser.any(0)?;
    if parser.peek() == Some(')') {
        return Err(parser.error(1, Expected::NoClosingBracket));
    }
    Ok(Query { filter, sort: parser.sort })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    sort: Option<Sort>,
}

/// What stands in one place of an `All`.
enum Part {
    Filter(Expr),
    Sort,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, len: usize, expected: Expected) -> SyntaxError {
        SyntaxError { at: self.at, len, expected, nearest: None }
    }

    /// The next character after blanks.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    /// Takes the keyword if it stands here as a word of its own.
    fn keyword(&mut self, word: &str) -> bool {
        self.peek();
        let Some(head) = self.rest().get(..word.len()) else { return false };
        let after = self.rest()[word.len()..].chars().next();
        let whole = head.eq_ignore_ascii_case(word) && after.is_none_or(|c| c.is_whitespace() || c == '(' || c == ')');
        if whole {
            self.at += word.len();
        }
        whole
    }

    /// `all ("or" all)*`, or nothing at all.
    fn any(&mut self, depth: usize) -> Result<Option<Expr>, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(self.error(0, Expected::Shorter));
        }
        let mut alternatives = Vec::new();
        let mut sorted_here = false;
        loop {
            let before = self.sort.is_some();
            let all = self.all(depth)?;
            sorted_here |= self.sort.is_some() != before;
            let more = self.keyword("or");
            match all {
                Some(expr) => alternatives.push(expr),
                None if more || !alternatives.is_empty() => return Err(self.error(0, Expected::Condition)),
                None => return Ok(None),
            }
            if !more {
                break;
            }
        }
        // `sort:` beside a single row of terms is clear; between alternatives the last place reads as "of the whole".
        if sorted_here && depth > 0 {
            return Err(self.error(0, Expected::SortOnceOutside));
        }
        Ok(Some(combine(alternatives, Expr::Any, |expr| match expr {
            Expr::Any(parts) => Ok(parts),
            other => Err(other),
        })))
    }

    /// Terms side by side.
    fn all(&mut self, depth: usize) -> Result<Option<Expr>, SyntaxError> {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None | Some(')') => break,
                Some(_) => {}
            }
            let here = self.at;
            if self.keyword("or") {
                self.at = here;
                break;
            }
            // `and` may be written; it says nothing new.
            if self.keyword("and") {
                if parts.is_empty() || matches!(self.peek(), None | Some(')')) {
                    return Err(self.error(0, Expected::Condition));
                }
                continue;
            }
            if let Part::Filter(expr) = self.term(depth)? {
                parts.push(expr);
            }
        }
        if parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(combine(parts, Expr::All, |expr| match expr {
            Expr::All(parts) => Ok(parts),
            other => Err(other),
        })))
    }

    fn term(&mut self, depth: usize) -> Result<Part, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(self.error(0, Expected::Shorter));
        }
        let negated = if self.peek() == Some('-') {
            self.at += 1;
            true
        } else {
            self.keyword("not")
        };
        if negated {
            let start = self.at;
            return match self.peek() {
                None | Some(')') => Err(self.error(0, Expected::Condition)),
                Some(_) => match self.term(depth + 1)? {
                    Part::Filter(Expr::Not(inner)) => Ok(Part::Filter(*inner)),
                    Part::Filter(expr) => Ok(Part::Filter(Expr::Not(Box::new(expr)))),
                    Part::Sort => {
                        self.at = start;
                        Err(self.error(0, Expected::Condition))
                    }
                },
            };
        }
        if self.peek() == Some('(') {
            self.at += 1;
            let Some(inner) = self.any(depth + 1)? else { return Err(self.error(0, Expected::Condition)) };
            if self.peek() != Some(')') {
                return Err(self.error(0, Expected::ClosingBracket));
            }
            self.at += 1;
            return Ok(Part::Filter(group(inner)));
        }
        self.condition()
    }

    fn condition(&mut self) -> Result<Part, SyntaxError> {
        let start = self.at;
        if self.peek() == Some('"') {
            return Ok(Part::Filter(Expr::Is(Condition::Name(self.quoted()?))));
        }
        let word = self.bare();
        let sign = self.sign();
        let Some(sign) = sign else {
            if word.is_empty() {
                let len = self.rest().chars().next().map_or(0, char::len_utf8);
                return Err(self.error(len, Expected::Condition));
            }
            return Ok(Part::Filter(Expr::Is(Condition::Name(word.to_owned()))));
        };
        let Some(field) = FieldName::ALL.iter().copied().find(|name| name.word().eq_ignore_ascii_case(word)) else {
            let nearest = nearest(word, FieldName::ALL.iter().map(|name| name.word()));
            return Err(SyntaxError { at: start, len: word.len(), expected: Expected::Field, nearest });
        };
        if field == FieldName::Score {
            let Sign::Compare(compare) = sign else { return Err(self.back(1, Expected::Comparison)) };
            let number = self.bare();
            let score = number.parse().ok().and_then(Score::new);
            return match score {
                Some(score) => Ok(Part::Filter(Expr::Is(Condition::Score(compare, score)))),
                None => Err(self.back(number.len(), Expected::Number)),
            };
        }
        if !matches!(sign, Sign::Colon | Sign::Compare(Compare::Equal)) {
            return Err(self.back(1, Expected::Colon));
        }
        if field == FieldName::Sort {
            return self.sort_value();
        }
        let value_at = self.at;
        let value = self.value()?;
        let value_len = self.at - value_at;
        let condition = match field {
            FieldName::Name => Condition::Name(value),
            FieldName::Dataset => Condition::Dataset(value),
            FieldName::Label => Condition::Label(value),
            FieldName::Run => Condition::Run(value),
            FieldName::Type => Condition::Type(one_of(&value, value_at, value_len, Kind::ALL, Kind::word)?),
            FieldName::Has => Condition::Has(one_of(&value, value_at, value_len, Thing::ALL, Thing::word)?),
            FieldName::Score | FieldName::Sort => return Err(self.error(0, Expected::Condition)),
        };
        Ok(Part::Filter(Expr::Is(condition)))
    }

    fn sort_value(&mut self) -> Result<Part, SyntaxError> {
        let start = self.at;
        let value = self.value()?;
        let (descending, word) = match value.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, value.as_str()),
        };
        let field = one_of(word, start, self.at - start, SortField::ALL, SortField::word)?;
        if self.sort.replace(Sort { field, descending }).is_some() {
            let len = self.at - start;
            self.at = start;
            return Err(self.error(len, Expected::SortOnceOutside));
        }
        Ok(Part::Sort)
    }

    fn value(&mut self) -> Result<String, SyntaxError> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let bare = self.bare();
        if bare.is_empty() { Err(self.error(0, Expected::Value)) } else { Ok(bare.to_owned()) }
    }

    /// Text up to a blank, bracket, quote or sign.
    fn bare(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "()\":<>=".contains(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn quoted(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + i + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, escaped)) => text.push(escaped),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        Err(SyntaxError { at: start, len: 1, expected: Expected::ClosingQuote, nearest: None })
    }

    fn sign(&mut self) -> Option<Sign> {
        let rest = self.rest();
        if rest.starts_with(':') {
            self.at += 1;
            return Some(Sign::Colon);
        }
        // Longer signs first: ALL has `>=` before `>`.
        let compare = Compare::ALL.iter().copied().find(|compare| rest.starts_with(compare.word()))?;
        self.at += compare.word().len();
        Some(Sign::Compare(compare))
    }

    /// An error about the `len` bytes just read.
    fn back(&self, len: usize, expected: Expected) -> SyntaxError {
        SyntaxError { at: self.at - len, len, expected, nearest: None }
    }
}

enum Sign {
    Colon,
    Compare(Compare),
}

/// Brackets mean something where they hold conditions on annotations; elsewhere they only group.
fn group(inner: Expr) -> Expr {
    match inner {
        Expr::Group(_) | Expr::Not(_) => inner,
        inner if speaks_of_an_annotation(&inner) => Expr::Group(Box::new(inner)),
        inner => inner,
    }
}

fn speaks_of_an_annotation(expr: &Expr) -> bool {
    match expr {
        Expr::Is(condition) => condition.is_about_an_annotation(),
        Expr::All(parts) | Expr::Any(parts) => parts.iter().any(speaks_of_an_annotation),
        Expr::Not(_) | Expr::Group(_) => false,
    }
}

/// One part stays itself; several become one node, with parts of the same kind drawn in.
fn combine(parts: Vec<Expr>, node: fn(Vec<Expr>) -> Expr, open: fn(Expr) -> Result<Vec<Expr>, Expr>) -> Expr {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    if flat.len() == 1 { flat.swap_remove(0) } else { node(flat) }
}

fn one_of<T: Copy>(
    value: &str,
    at: usize,
    len: usize,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<T, SyntaxError> {
    all.iter().copied().find(|candidate| word(*candidate).eq_ignore_ascii_case(value)).ok_or_else(|| SyntaxError {
        at,
        len,
        expected: Expected::OneOf(all.iter().map(|candidate| word(*candidate)).collect()),
        nearest: nearest(value, all.iter().map(|candidate| word(*candidate))),
    })
}

/// The candidate with the fewest edits, if that is at most a third of the word.
fn nearest(word: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (edits(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
