//! Reads a query. Errors point at the place and say what was expected there.

mod condition;

use std::fmt;

use super::{Expr, FieldName, Query};

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
    /// The name of a question, as in `attribute.weather:fog`.
    Question,
    /// A whole number, as in `limit:100`.
    WholeNumber,
    /// A time, as in `created>=2026-03-01`.
    Time,
    /// A comma and another model run, as in `disagree:one,other`.
    AnotherRun,
    /// What speaks of the whole, such as `sort:`, once and outside brackets.
    OnceOutside,
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
            Expected::Question => {
                f.write_str("expected the name of a question after a dot, for example attribute.weather:fog")?;
            }
            Expected::WholeNumber => f.write_str("expected a whole number, for example 100")?,
            Expected::Time => {
                f.write_str("expected a time, for example 2026-03-01, 2026-03, 7d, today or yesterday")?;
            }
            Expected::AnotherRun => {
                f.write_str(
                    "expected a comma and another model run, for example disagree:one,other or disagree:one,person",
                )?;
            }
            Expected::OnceOutside => f.write_str("this may stand once, outside brackets and not beside or")?,
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
    let mut parser = Parser { text, at: 0, whole: Query::default(), wholes: 0 };
    let filter = parser.any(0)?;
    if parser.peek() == Some(')') {
        return Err(parser.error(1, Expected::NoClosingBracket));
    }
    Ok(Query { filter, ..parser.whole })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// What speaks of the whole query, as far as it was read, and how many such things were.
    whole: Query,
    wholes: u8,
}

/// What stands in one place of an `All`.
enum Part {
    Filter(Expr),
    /// Something that speaks of the whole query.
    Whole,
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
        let before = self.wholes;
        loop {
            let all = self.all(depth)?;
            let more = self.keyword("or");
            match all {
                Some(expr) => alternatives.push(expr),
                None if more || !alternatives.is_empty() => return Err(self.error(0, Expected::Condition)),
                None if depth == 0 || self.wholes == before => return Ok(None),
                None => break,
            }
            if !more {
                break;
            }
        }
        // `sort:` beside a single row of terms is clear; between alternatives the last place reads as "of the whole".
        if self.wholes != before && depth > 0 {
            return Err(self.error(0, Expected::OnceOutside));
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
                    Part::Whole => {
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

    /// An error about the `len` bytes just read.
    fn back(&self, len: usize, expected: Expected) -> SyntaxError {
        SyntaxError { at: self.at - len, len, expected, nearest: None }
    }
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
