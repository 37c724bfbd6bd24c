//! Addresses of the explorer view: the query, how large tiles are, and what is drawn on them.

use portal_model::{
    api::explorer::{View, ViewLook},
    links::encode,
};

use super::at;

/// Many files.
pub const EXPLORER: &str = "/explorer";

/// How large tiles are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TileSize {
    /// As many as fit.
    Small,
    /// The usual.
    #[default]
    Medium,
    /// To look at.
    Large,
    /// No tiles: a row of words and numbers for each file.
    Table,
}

const SIZES: [(TileSize, &str); 4] =
    [(TileSize::Small, "s"), (TileSize::Medium, "m"), (TileSize::Large, "l"), (TileSize::Table, "table")];
/// A query that is longer than the parser reads is kept so long that it is still refused, and no longer.
const LONGEST: usize = 4_001;

/// What the explorer view shows; lives in its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplorerView {
    /// The query, as it was written.
    pub q: String,
    /// How large tiles are.
    pub size: TileSize,
    /// Predictions are drawn from this score on, in hundredths.
    pub least: u8,
    /// Whether predictions are drawn.
    pub predictions: bool,
    /// The query of a second list beside the first.
    pub beside: Option<String>,
}

impl Default for ExplorerView {
    fn default() -> Self {
        Self { q: String::new(), size: TileSize::default(), least: 0, predictions: true, beside: None }
    }
}

impl ExplorerView {
    /// Its address: what is as usual is left out.
    pub fn path(&self) -> String {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(format!("q={}", encode(&self.q)));
        }
        if let Some((_, name)) = SIZES.iter().find(|(size, _)| *size == self.size && *size != TileSize::default()) {
            pairs.push(format!("size={name}"));
        }
        if self.least > 0 {
            pairs.push(format!("score={}", self.least));
        }
        if !self.predictions {
            pairs.push("predictions=off".to_owned());
        }
        if let Some(q) = &self.beside {
            pairs.push(format!("beside={}", encode(q)));
        }
        at(&if pairs.is_empty() { EXPLORER.to_owned() } else { format!("{EXPLORER}?{}", pairs.join("&")) })
    }

    /// What a saved view shows; beside its query as it is now, where the view does not say.
    pub fn of(saved: &View, now: &Self) -> Self {
        let q = saved.q.trim().to_owned();
        let look = &saved.look;
        if *look == ViewLook::default() {
            return Self { q, ..now.clone() };
        }
        let size = SIZES.iter().find(|(_, name)| *name == look.size);
        Self {
            q,
            size: size.map(|(size, _)| *size).unwrap_or_default(),
            least: look.score.min(100),
            predictions: !look.no_predictions,
            beside: None,
        }
    }

    /// How it is shown, to be saved.
    pub fn look(&self) -> ViewLook {
        let size = SIZES.iter().find(|(size, _)| *size == self.size).map(|(_, name)| (*name).to_owned());
        ViewLook { size: size.unwrap_or_default(), score: self.least, no_predictions: !self.predictions }
    }

    /// From the parameters of an address; what makes no sense is as usual.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |text: String| text.chars().take(LONGEST).collect::<String>().trim().to_owned();
        let size = parameter("size").and_then(|name| SIZES.iter().find(|(_, known)| *known == name));
        let least = parameter("score").and_then(|text| text.parse::<u8>().ok()).filter(|score| *score <= 100);
        Self {
            q: parameter("q").map(text).unwrap_or_default(),
            size: size.map(|(size, _)| *size).unwrap_or_default(),
            least: least.unwrap_or_default(),
            predictions: parameter("predictions").as_deref() != Some("off"),
            beside: parameter("beside").map(text),
        }
    }
}

/// A question to the API for a window of files.
pub fn files_query(q: &str, offset: u32, limit: u32, snapshot: Option<&str>) -> String {
    let mut query = format!("q={}&offset={offset}&limit={limit}", encode(q));
    if let Some(snapshot) = snapshot {
        query.push_str("&snapshot=");
        query.push_str(&encode(snapshot));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::{super::tests::parameter, *};

    fn back(path: &str) -> ExplorerView {
        ExplorerView::read(|name| parameter(path, name))
    }

    #[test]
    fn every_address_of_the_explorer_reads_back() {
        assert_eq!(ExplorerView::default().path(), "/explorer");
        for view in [
            ExplorerView {
                q: "label:\"café & <b>\" score>=0.6 (type:video or -has:task)".into(),
                ..Default::default()
            },
            ExplorerView { size: TileSize::Small, least: 60, ..Default::default() },
            ExplorerView { size: TileSize::Table, ..Default::default() },
            ExplorerView { q: "a".into(), size: TileSize::Large, least: 100, predictions: false, beside: None },
            ExplorerView { q: "run:a".into(), beside: Some("run:b &x=1".into()), ..Default::default() },
            ExplorerView { beside: Some(String::new()), ..Default::default() },
        ] {
            assert_eq!(back(&view.path()), view, "{}", view.path());
        }
        assert_eq!(back("/explorer?size=xl&score=101&predictions=perhaps"), ExplorerView::default());
        assert_eq!(back("/explorer?score=-1"), ExplorerView::default());
    }

    #[test]
    fn a_saved_view_is_the_whole_address_and_one_that_says_nothing_leaves_it() {
        let view = ExplorerView { q: "a".into(), size: TileSize::Table, least: 60, predictions: false, beside: None };
        let saved = |look| View { id: "1".into(), name: "n".into(), q: " a ".into(), look, pinned: false, mine: true };
        for shown in [view.clone(), ExplorerView { q: "a".into(), ..Default::default() }] {
            assert_eq!(ExplorerView::of(&saved(shown.look()), &view), shown);
            let landing = portal_model::links::Landing::View(shown.q.clone(), shown.look());
            assert_eq!(back(&landing.path()), shown, "the gateway leads to the same");
        }
        assert_eq!(ExplorerView::of(&saved(ViewLook::default()), &view), view);
    }

    #[test]
    fn a_query_in_an_address_is_a_value_and_nothing_else() {
        assert_eq!(files_query("a&limit=9", 0, 60, Some("x&y")), "q=a%26limit%3D9&offset=0&limit=60&snapshot=x%26y");
    }
}
