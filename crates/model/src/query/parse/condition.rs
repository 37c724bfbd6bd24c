//! Reads one condition, or one thing that speaks of the whole query.

use super::{Expected, Parser, Part, SyntaxError};
use crate::query::{
    Answer, Compare, Condition, Expr, FieldName, Kind, Measure, Moment, Query, Score, Shape, Side, Sort, SortField,
    Status, Thing, TimeField, Who, nearest::nearest,
};

/// What stands between a field and its value.
#[derive(Clone, Copy)]
enum Sign {
    Colon,
    Compare(Compare),
}

impl Parser<'_> {
    pub(super) fn condition(&mut self) -> Result<Part, SyntaxError> {
        let start = self.at;
        if self.peek() == Some('"') {
            return Ok(is(Condition::Name(self.quoted()?)));
        }
        let word = self.bare();
        // The name of a question may be in quotes.
        let question = word.split_once('.').filter(|(field, _)| is_field(FieldName::Attribute, field));
        let question = match question {
            Some((_, "")) if self.rest().starts_with('"') => Some(self.quoted()?),
            Some((_, "")) => return Err(self.error(0, Expected::Question)),
            Some((_, name)) => Some(name.to_owned()),
            None => None,
        };
        let Some(sign) = self.sign() else {
            if word.is_empty() {
                let len = self.rest().chars().next().map_or(0, char::len_utf8);
                return Err(self.error(len, Expected::Condition));
            }
            // Quotes after a word begin a name of their own, but not where a question's name stands.
            if self.at > start + word.len() {
                return Err(self.error(0, Expected::Colon));
            }
            return Ok(is(Condition::Name(word.to_owned())));
        };
        if let Some(question) = question {
            return self.answer(sign).map(|answer| is(Condition::Attribute(question, answer)));
        }
        let Some(field) = FieldName::ALL.iter().copied().find(|field| is_field(*field, word)) else {
            let wrong = word.split_once('.').map_or(word, |(field, _)| field);
            let nearest = nearest(wrong, FieldName::ALL.iter().map(|name| name.word()));
            return Err(SyntaxError { at: start, len: wrong.len(), expected: Expected::Field, nearest });
        };
        self.of_field(field, sign, start)
    }

    fn of_field(&mut self, field: FieldName, sign: Sign, start: usize) -> Result<Part, SyntaxError> {
        let measured = Measure::ALL.iter().copied().find(|measure| measure.word() == field.word());
        let timed = TimeField::ALL.iter().copied().find(|time| time.word() == field.word());
        if let Some(time) = timed {
            let (compare, moment) = self.time(sign)?;
            return Ok(is(Condition::Time(time, compare, moment)));
        }
        if let (FieldName::Count, Sign::Colon) = (field, &sign) {
            let label = self.value()?;
            let Some(Sign::Compare(compare)) = self.sign() else { return Err(self.error(0, Expected::Comparison)) };
            return Ok(is(Condition::Count(Some(label), compare, self.number()?)));
        }
        if measured.is_some() || matches!(field, FieldName::Score | FieldName::Frame | FieldName::Count) {
            let Sign::Compare(compare) = sign else { return Err(self.back(1, Expected::Comparison)) };
            let number = self.number()?;
            return Ok(is(match (measured, field) {
                (Some(measure), _) => Condition::Measure(measure, compare, number),
                (None, FieldName::Score) => Condition::Score(compare, number),
                (None, FieldName::Frame) => Condition::Frame(compare, number),
                (None, _) => Condition::Count(None, compare, number),
            }));
        }
        if !matches!(sign, Sign::Colon | Sign::Compare(Compare::Equal)) {
            return Err(self.back(1, Expected::Colon));
        }
        match field {
            FieldName::Sort => return self.sort_value(start),
            FieldName::Limit => return self.whole(start, |query| &mut query.limit, 1),
            FieldName::Sample => return self.whole(start, |query| &mut query.sample, 1),
            FieldName::Seed => return self.whole(start, |query| &mut query.seed, 0),
            FieldName::Near => return self.near().map(is),
            FieldName::Disagree => return self.disagree().map(is),
            _ => {}
        }
        let at = self.at;
        let is_quoted = self.rest().starts_with('"');
        let value = self.value()?;
        let len = self.at - at;
        Ok(is(match field {
            FieldName::Name => Condition::Name(value),
            FieldName::Dataset => Condition::Dataset(value),
            FieldName::Label => Condition::Label(value),
            FieldName::Run => Condition::Run(value),
            FieldName::Id => {
                let id = value.parse().map_err(|_| self.back(len, Expected::WholeNumber))?;
                Condition::Id(id)
            }
            FieldName::Type => Condition::Type(one_of(&value, at, len, Kind::ALL, Kind::word)?),
            FieldName::Kind => Condition::Shape(one_of(&value, at, len, Shape::ALL, Shape::word)?),
            FieldName::Has => Condition::Has(one_of(&value, at, len, Thing::ALL, Thing::word)?),
            FieldName::Missing => Condition::Missing(one_of(&value, at, len, Thing::ALL, Thing::word)?),
            FieldName::Status => Condition::Status(one_of(&value, at, len, Status::ALL, Status::word)?),
            FieldName::Assignee if !is_quoted && value.eq_ignore_ascii_case("me") => Condition::Assignee(Who::Me),
            FieldName::Assignee => Condition::Assignee(Who::Named(value)),
            // Without a question's name; the others were read above.
            FieldName::Attribute => return Err(self.wrong(start, Expected::Question)),
            _ => return Err(self.wrong(start, Expected::Condition)),
        }))
    }

    fn answer(&mut self, sign: Sign) -> Result<Answer, SyntaxError> {
        match sign {
            Sign::Colon => Ok(Answer::Is(self.value()?)),
            Sign::Compare(Compare::Equal) => {
                let is_quoted = self.rest().starts_with('"');
                let value = self.value()?;
                let number = value.parse().ok().and_then(Score::new).filter(|_| !is_quoted);
                Ok(number.map_or(Answer::Is(value), |number| Answer::Number(Compare::Equal, number)))
            }
            Sign::Compare(compare) => Ok(Answer::Number(compare, self.number()?)),
        }
    }

    fn number(&mut self) -> Result<Score, SyntaxError> {
        let text = self.bare();
        text.parse().ok().and_then(Score::new).ok_or_else(|| self.back(text.len(), Expected::Number))
    }

    fn time(&mut self, sign: Sign) -> Result<(Compare, Moment), SyntaxError> {
        let at = self.at;
        let text = self.value()?;
        let moment = text.parse().map_err(|_| SyntaxError {
            at,
            len: self.at - at,
            expected: Expected::Time,
            nearest: nearest(&text, ["today", "yesterday"].into_iter()),
        })?;
        let compare = match sign {
            Sign::Colon => Compare::Equal,
            Sign::Compare(compare) => compare,
        };
        Ok((compare, moment))
    }

    fn near(&mut self) -> Result<Condition, SyntaxError> {
        let text = self.bare();
        let number = |text: &str| text.parse().ok().and_then(Score::new);
        let read = match text.split_once('~') {
            None => number(text).map(|score| (score, None)),
            Some((score, within)) => {
                let within = number(within).filter(|within| within.millionths() >= 0);
                number(score).zip(within).map(|(score, within)| (score, Some(within)))
            }
        };
        read.map(|(score, within)| Condition::Near(score, within))
            .ok_or_else(|| self.back(text.len(), Expected::Number))
    }

    fn disagree(&mut self) -> Result<Condition, SyntaxError> {
        let one = self.side()?;
        if !self.rest().starts_with(',') {
            return Err(self.error(0, Expected::AnotherRun));
        }
        self.at += 1;
        let at = self.at;
        let other = self.side()?;
        if one == other {
            return Err(self.wrong(at, Expected::AnotherRun));
        }
        let above = match self.sign() {
            None => None,
            Some(Sign::Compare(compare)) => Some((compare, self.number()?)),
            Some(Sign::Colon) => return Err(self.back(1, Expected::Comparison)),
        };
        Ok(Condition::Disagree([one, other], above))
    }

    fn side(&mut self) -> Result<Side, SyntaxError> {
        if self.rest().starts_with('"') {
            return self.quoted().map(Side::Run);
        }
        let start = self.at;
        let text = self.bare();
        let text = text.split_once(',').map_or(text, |(before, _)| before);
        self.at = start + text.len();
        match text {
            "" => Err(self.error(0, Expected::Value)),
            text if text.eq_ignore_ascii_case("person") => Ok(Side::People),
            text => Ok(Side::Run(text.to_owned())),
        }
    }

    fn sort_value(&mut self, start: usize) -> Result<Part, SyntaxError> {
        let at = self.at;
        let value = self.value()?;
        let (descending, word) = match value.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, value.as_str()),
        };
        let field = one_of(word, at, self.at - at, SortField::ALL, SortField::word)?;
        if self.whole.sort.replace(Sort { field, descending }).is_some() {
            return Err(self.wrong(start, Expected::OnceOutside));
        }
        self.wholes += 1;
        Ok(Part::Whole)
    }

    /// A whole number that speaks of the whole query.
    fn whole(
        &mut self,
        start: usize,
        place: fn(&mut Query) -> &mut Option<u32>,
        least: u32,
    ) -> Result<Part, SyntaxError> {
        let text = self.bare();
        let number = text.parse().ok().filter(|number| *number >= least);
        let number = number.ok_or_else(|| self.back(text.len(), Expected::WholeNumber))?;
        if place(&mut self.whole).replace(number).is_some() {
            return Err(self.wrong(start, Expected::OnceOutside));
        }
        self.wholes += 1;
        Ok(Part::Whole)
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

    /// An error about what was read since `start`.
    fn wrong(&self, start: usize, expected: Expected) -> SyntaxError {
        SyntaxError { at: start, len: self.at - start, expected, nearest: None }
    }
}

fn is(condition: Condition) -> Part {
    Part::Filter(Expr::Is(condition))
}

fn is_field(field: FieldName, word: &str) -> bool {
    field.word().eq_ignore_ascii_case(word)
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
