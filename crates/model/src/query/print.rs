//! Writes a query the one canonical way: `parse(print(q)) == q`.

use std::fmt;

use super::{Answer, Compare, Condition, Expr, Query, Side, Sort, Who};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if let Some(filter) = &self.filter {
            filter.fmt(f)?;
            between = " ";
        }
        if let Some(sort) = &self.sort {
            write!(f, "{between}{sort}")?;
            between = " ";
        }
        for (word, number) in [("sample", self.sample), ("seed", self.seed), ("limit", self.limit)] {
            if let Some(number) = number {
                write!(f, "{between}{word}:{number}")?;
                between = " ";
            }
        }
        Ok(())
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sort:{}{}", if self.descending { "-" } else { "" }, self.field.word())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => join(f, parts, " ", |part| matches!(part, Self::Any(_) | Self::All(_))),
            Self::Any(parts) => join(f, parts, " or ", |part| matches!(part, Self::Any(_))),
            Self::Not(part) => match **part {
                Self::Is(_) | Self::Group(_) => write!(f, "-{part}"),
                _ => write!(f, "-({part})"),
            },
            Self::Group(part) => write!(f, "({part})"),
            Self::Is(condition) => condition.fmt(f),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Expr], between: &str, bracketed: fn(&Expr) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        if bracketed(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) => write!(f, "name:{}", Quoted(text)),
            Self::Id(id) => write!(f, "id:{id}"),
            Self::Dataset(text) => write!(f, "dataset:{}", Quoted(text)),
            Self::Type(kind) => write!(f, "type:{}", kind.word()),
            Self::Measure(field, compare, number) => {
                write!(f, "{}{}{}", field.word(), compare.word(), number.value())
            }
            Self::Time(field, Compare::Equal, moment) => write!(f, "{}:{moment}", field.word()),
            Self::Time(field, compare, moment) => write!(f, "{}{}{moment}", field.word(), compare.word()),
            Self::Label(text) => write!(f, "label:{}", Quoted(text)),
            Self::Score(compare, score) => write!(f, "score{}{}", compare.word(), score.value()),
            Self::Near(score, None) => write!(f, "near:{}", score.value()),
            Self::Near(score, Some(within)) => write!(f, "near:{}~{}", score.value(), within.value()),
            Self::Run(text) => write!(f, "run:{}", Quoted(text)),
            Self::Shape(shape) => write!(f, "kind:{}", shape.word()),
            Self::Attribute(name, answer) => write!(f, "attribute.{}{answer}", Quoted(name)),
            Self::Frame(compare, number) => write!(f, "frame{}{}", compare.word(), number.value()),
            Self::Count(None, compare, number) => write!(f, "count{}{}", compare.word(), number.value()),
            Self::Count(Some(label), compare, number) => {
                write!(f, "count:{}{}{}", Quoted(label), compare.word(), number.value())
            }
            Self::Has(thing) => write!(f, "has:{}", thing.word()),
            Self::Missing(thing) => write!(f, "missing:{}", thing.word()),
            Self::Status(status) => write!(f, "status:{}", status.word()),
            Self::Assignee(who) => write!(f, "assignee:{who}"),
            Self::Disagree([a, b], above) => {
                write!(f, "disagree:{a},{b}")?;
                above.map_or(Ok(()), |(compare, number)| write!(f, "{}{}", compare.word(), number.value()))
            }
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(text) => write!(f, ":{}", Quoted(text)),
            Self::Number(compare, number) => write!(f, "{}{}", compare.word(), number.value()),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            // In quotes it is a name.
            Self::Named(name) => write!(f, "{}", quoted_if(name, name.eq_ignore_ascii_case("me"))),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::People => f.write_str("person"),
            Self::Run(name) => write!(f, "{}", quoted_if(name, name.eq_ignore_ascii_case("person"))),
        }
    }
}

fn quoted_if(text: &str, is_a_word: bool) -> Value<'_> {
    Value { text, quotes: is_a_word }
}

/// Text as a value: bare when that reads back the same, else in quotes.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted_if(self.0, false).fmt(f)
    }
}

struct Value<'a> {
    text: &'a str,
    quotes: bool,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = !self.text.is_empty() && self.text.chars().all(|c| c.is_alphanumeric() || "-_./*+".contains(c));
        if bare && !self.quotes {
            return f.write_str(self.text);
        }
        f.write_str("\"")?;
        for c in self.text.chars() {
            if c == '"' || c == '\\' {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str("\"")
    }
}
