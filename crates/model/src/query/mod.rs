//! The portal's query language: what files to show.
//!
//! ```text
//! label:face score>=0.6 dataset:portraits-2026 -name:draft (type:video or has:prediction) sort:-score
//! ```
//! Terms side by side must all hold; `or` binds weaker; `-` or `not` negates; brackets group; quotes hold blanks
//! (`dataset:"cup and spoon"`, with `\"` and `\\` inside). A bare word is looked for in the file's name.
//!
//! **Conditions on annotations belong together**: `label`, `score` and `run` side by side speak of *the same* annotation,
//! so `label:face score>=0.6` finds files with a face that scored at least 0.6, not a face here and a score there.
//! Brackets part them: `label:face (score>=0.6)`.
//!
//! Text typed by people can only ever be a value: the tree is typed, and the store binds values as parameters.

mod parse;
mod print;

pub use parse::{Expected, SyntaxError, parse};

/// A whole query. The empty one shows everything in scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What must hold; `None` for everything.
    pub filter: Option<Expr>,
    /// The order; `None` for the default, last changed first.
    pub sort: Option<Sort>,
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

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The name contains this text; case and accents do not matter.
    Name(String),
    /// The file is in the dataset of this name; case and accents do not matter.
    Dataset(String),
    /// The file is of this kind.
    Type(Kind),
    /// An annotation carries the label of this name; case and accents do not matter.
    Label(String),
    /// A prediction's score compares so.
    Score(Compare, Score),
    /// A prediction is of the model run of this name; case and accents do not matter.
    Run(String),
    /// The file has such a thing.
    Has(Thing),
}

impl Condition {
    /// Whether it speaks of one annotation rather than of the file.
    #[must_use]
    pub fn is_about_an_annotation(&self) -> bool {
        matches!(self, Self::Label(_) | Self::Score(..) | Self::Run(_))
    }
}

/// A finite number with at most six decimals, as scores are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    millionths: i64,
}

impl Score {
    /// The largest magnitude that can be written.
    pub const LIMIT: f64 = 1_000_000.0;

    /// The nearest score; `None` for anything not finite or beyond [`Self::LIMIT`].
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "checked against LIMIT")]
        (value.is_finite() && value.abs() <= Self::LIMIT).then(|| Self { millionths: (value * 1e6).round() as i64 })
    }

    /// In millionths: how scores are compared, so that six decimals are exact.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// As a number.
    #[must_use]
    pub fn value(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "below LIMIT times a million")]
        let millionths = self.millionths as f64;
        millionths / 1e6
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// How it is written.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// How a number compares.
    Compare {
        /// At least.
        AtLeast = ">=",
        /// At most.
        AtMost = "<=",
        /// More than.
        Above = ">",
        /// Less than.
        Below = "<",
        /// Exactly.
        Equal = "=",
    }
}

words! {
    /// Kinds of files one can ask for.
    Kind {
        /// Pictures.
        Image = "image",
        /// Videos.
        Video = "video",
        /// Texts.
        Text = "text",
        /// Sounds.
        Audio = "audio",
        /// Maps.
        Geospatial = "geospatial",
        /// Points in space.
        PointCloud = "point_cloud",
        /// Several files in one.
        Compound = "compound",
    }
}

words! {
    /// Things a file can have.
    Thing {
        /// Any annotation, by whomever.
        Annotation = "annotation",
        /// A prediction of a model.
        Prediction = "prediction",
        /// A task of mine.
        Task = "task",
    }
}

words! {
    /// What files can be ordered by.
    SortField {
        /// The file's name.
        Name = "name",
        /// When the file was made.
        Created = "created",
        /// When the file last changed.
        Updated = "updated",
        /// Its best score among the predictions the query asks for; files without one come last.
        Score = "score",
    }
}

words! {
    /// The fields, as they are written before the colon.
    FieldName {
        /// See [`Condition::Name`].
        Name = "name",
        /// See [`Condition::Dataset`].
        Dataset = "dataset",
        /// See [`Condition::Type`].
        Type = "type",
        /// See [`Condition::Label`].
        Label = "label",
        /// See [`Condition::Score`].
        Score = "score",
        /// See [`Condition::Run`].
        Run = "run",
        /// See [`Condition::Has`].
        Has = "has",
        /// See [`Sort`].
        Sort = "sort",
    }
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
