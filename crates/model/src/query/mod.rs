//! The portal's query language: what files to show.
//!
//! ```text
//! label:face score>=0.6 dataset:portraits-2026 -name:draft (type:video or has:prediction) sort:-score
//! ```
//! Terms side by side must all hold; `or` binds weaker; `-` or `not` negates; brackets group; quotes hold blanks
//! (`dataset:"cup and spoon"`, with `\"` and `\\` inside). A bare word is looked for in the file's name.
//!
//! **Conditions on annotations belong together**: `label`, `score`, `near`, `run`, `kind`, `attribute` and `frame` side by side
//! speak of *the same* annotation, so `label:face score>=0.6` finds files with a face that scored at least 0.6, not a face here
//! and a score there. Brackets part them: `label:face (score>=0.6)`.
//!
//! Text typed by people can only ever be a value: the tree is typed, and the store binds values as parameters.

pub mod diffgram;
mod nearest;
mod number;
mod parse;
mod print;
mod when;
mod words;

pub use number::Score;
pub use parse::{Expected, SyntaxError, parse};
pub use print::Quoted;
pub use when::{Moment, Span, Unit};
pub use words::{Compare, FieldName, Kind, Measure, Shape, SortField, Status, Thing, TimeField};

/// A whole query. The empty one shows everything in scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold; `None` for everything.
    pub filter: Option<Expr>,
    /// The order; `None` for the default, last changed first.
    pub sort: Option<Sort>,
    /// So many files by chance, of those for which the filter holds. The same for the same [`Self::seed`] and the same files.
    pub sample: Option<u32>,
    /// Which chance: for [`Self::sample`] and [`SortField::Random`].
    pub seed: Option<u32>,
    /// No more files than these, the first in the order.
    pub limit: Option<u32>,
}

impl Query {
    /// The files for which this holds, in the usual order.
    #[must_use]
    pub fn of(filter: Expr) -> Self {
        Self { filter: Some(filter), ..Self::default() }
    }

    /// The conditions, however deep.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let mut open: Vec<&Expr> = self.filter.iter().collect();
        std::iter::from_fn(move || {
            loop {
                match open.pop()? {
                    Expr::Is(condition) => return Some(condition),
                    Expr::Not(part) | Expr::Group(part) => open.push(part),
                    Expr::All(parts) | Expr::Any(parts) => open.extend(parts.iter().rev()),
                }
            }
        })
    }
}

/// A condition or a combination of them. Trees from [`parse`] are normal: `All` and `Any` have at least two parts, neither
/// directly holds its own kind (brackets around a part are kept as [`Expr::Group`] where they carry meaning), and `Not` never
/// holds a `Not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Every part holds.
    All(Vec<Expr>),
    /// At least one part holds.
    Any(Vec<Expr>),
    /// The part does not hold.
    Not(Box<Expr>),
    /// Brackets around annotation conditions: they speak of an annotation of their own.
    Group(Box<Expr>),
    /// One condition.
    Is(Condition),
}

/// One condition. Names are compared without case and accents.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The name contains this text.
    Name(String),
    /// The file of this id.
    Id(i64),
    /// The file is in the dataset of this name.
    Dataset(String),
    /// The file is of this kind.
    Type(Kind),
    /// The file measures so; what is not measured does not.
    Measure(Measure, Compare, Score),
    /// The file was made or last changed then ([`Moment::span`]); [`Compare::Equal`] is written as a colon.
    Time(TimeField, Compare, Moment),
    /// An annotation carries the label of this name.
    Label(String),
    /// A prediction's score compares so.
    Score(Compare, Score),
    /// A prediction's score is not farther away than that; [`Condition::NEAR`] when nothing is said.
    Near(Score, Option<Score>),
    /// A prediction is of the model run of this name.
    Run(String),
    /// An annotation is of this kind.
    Shape(Shape),
    /// On an annotation, the question of this name or prompt is answered so.
    Attribute(String, Answer),
    /// An annotation stands on a frame of a video that compares so, counted from 0.
    Frame(Compare, Score),
    /// The file has so many annotations, of this label if one is named.
    Count(Option<String>, Compare, Score),
    /// The file has such a thing.
    Has(Thing),
    /// The file has no such thing.
    Missing(Thing),
    /// A task on the file stands there.
    Status(Status),
    /// A task on the file is this person's.
    Assignee(Who),
    /// Two model runs, or a run and people, see the file differently: from 0, where they find the same, to 1; any difference when nothing
    /// is said.
    Disagree([Side; 2], Option<(Compare, Score)>),
}

impl Condition {
    /// How far [`Self::Near`] reaches when nothing is said, in millionths.
    pub const NEAR: i64 = 50_000;

    /// Whether it speaks of one annotation rather than of the file.
    #[must_use]
    pub fn is_about_an_annotation(&self) -> bool {
        match self {
            Self::Label(_)
            | Self::Score(..)
            | Self::Near(..)
            | Self::Run(_)
            | Self::Shape(_)
            | Self::Attribute(..)
            | Self::Frame(..) => true,
            Self::Name(_)
            | Self::Id(_)
            | Self::Dataset(_)
            | Self::Type(_)
            | Self::Measure(..)
            | Self::Time(..)
            | Self::Count(..)
            | Self::Has(_)
            | Self::Missing(_)
            | Self::Status(_)
            | Self::Assignee(_)
            | Self::Disagree(..) => false,
        }
    }

    /// Whether what it finds depends on annotations, which may not have been read yet.
    #[must_use]
    pub fn needs_annotations(&self) -> bool {
        match self {
            Self::Has(thing) | Self::Missing(thing) => {
                matches!(thing, Thing::Annotation | Thing::Prediction | Thing::Score)
            }
            Self::Count(..) | Self::Disagree(..) => true,
            other => other.is_about_an_annotation(),
        }
    }
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// With the option of this name, or with this text or number. Written with a colon.
    Is(String),
    /// With a number that compares so.
    Number(Compare, Score),
}

/// Whose task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Of whoever asks.
    Me,
    /// Of the person of this name. Only those who see other people's work find any.
    Named(String),
}

/// Who found what is on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// People.
    People,
    /// The model run of this name.
    Run(String),
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub field: SortField,
    /// Largest or latest first.
    pub descending: bool,
}

#[cfg(test)]
mod tests;
