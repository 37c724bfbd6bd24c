//! Writes a query the one canonical way: `parse(print(q)) == q`.

use std::fmt;

use super::{Condition, Expr, Query, Sort};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(filter) = &self.filter {
            filter.fmt(f)?;
        }
        if let Some(sort) = &self.sort {
            if self.filter.is_some() {
                f.write_str(" ")?;
            }
            sort.fmt(f)?;
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
            Self::Dataset(text) => write!(f, "dataset:{}", Quoted(text)),
            Self::Type(kind) => write!(f, "type:{}", kind.word()),
            Self::Label(text) => write!(f, "label:{}", Quoted(text)),
            Self::Score(compare, score) => write!(f, "score{}{}", compare.word(), score.value()),
            Self::Run(text) => write!(f, "run:{}", Quoted(text)),
            Self::Has(thing) => write!(f, "has:{}", thing.word()),
        }
    }
}

/// Text as a value: bare when that reads back the same, else in quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = !self.0.is_empty() && self.0.chars().all(|c| c.is_alphanumeric() || "-_./*+".contains(c));
        if bare {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for c in self.0.chars() {
            if c == '"' || c == '\\' {
                f.write_str("\\")?;
            }
            write!(f, "{c}")?;
        }
        f.write_str("\"")
    }
}
