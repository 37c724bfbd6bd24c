//! What a query does, part by part, and what stands behind its names for Diffgram's own language. Names that occur nowhere in
//! sight are as unknown as those that do not exist.

use std::collections::BTreeSet;

use portal_model::{
    api::explorer::ExplainedPart,
    query::{Answer, Condition, Expr, Query, diffgram::Known},
};

use super::{find::Finder, questions::Question};
use crate::{
    index::{
        Error, Index,
        columns::{Drawn, apart},
        fold,
    },
    policy::ScopeFilter,
};

impl Index {
    /// How many files each part of a query leaves alone, and how many the whole finds.
    pub(crate) async fn explain(
        &self,
        scope: &ScopeFilter,
        query: &Query,
        now: i64,
    ) -> Result<(Vec<ExplainedPart>, u32), Error> {
        let sight = self.sight(scope).await?;
        let named = self.named(scope, query).await?;
        let columns = self.columns().await?;
        let query = query.clone();
        apart(move || {
            let finder = Finder::new(&columns, &sight, &named, now);
            let parts: &[Expr] = match &query.filter {
                None => &[],
                Some(Expr::All(parts)) => parts,
                Some(other) => std::slice::from_ref(other),
            };
            let explained = |part: &Expr| {
                // Beside others, alternatives stand in brackets.
                let text = if matches!(part, Expr::Any(_)) && parts.len() > 1 {
                    format!("({part})")
                } else {
                    part.to_string()
                };
                ExplainedPart { text, files: finder.matching(Some(part)).len() }
            };
            (parts.iter().map(explained).collect(), finder.found(&query).len())
        })
        .await
    }

    /// Labels, datasets, questions and options that a query names, as Diffgram calls them.
    pub(crate) async fn diffgram_words(&self, scope: &ScopeFilter, query: &Query) -> Result<Known, Error> {
        let sight = self.sight(scope).await?;
        let labels = self.names_in(scope, "label").await?;
        let columns = self.columns().await?;
        let questions = self.questions(scope, &columns.files.options()).await?;
        let query = query.clone();
        apart(move || {
            let files = &columns.files;
            let seen = sight.files(&columns);
            let mut known = Known::default();
            for condition in query.conditions() {
                match condition {
                    Condition::Label(asked) | Condition::Count(Some(asked), ..) => {
                        let key = fold(asked);
                        let occurs = |id: &i64| {
                            let number = files.labels.get(id);
                            number.is_some_and(|number| seen.in_common(files.with_label(number + Drawn::LABEL)) > 0)
                        };
                        let names: BTreeSet<String> = labels
                            .iter()
                            .filter(|label| label.key == key && occurs(&label.id))
                            .map(|label| label.name.clone())
                            .collect();
                        known.labels.insert(asked.clone(), names.into_iter().collect());
                    }
                    Condition::Dataset(asked) => {
                        let key = fold(asked);
                        let ids = sight.datasets.iter().filter(|dataset| dataset.granted && dataset.key == key);
                        known.datasets.insert(asked.clone(), ids.map(|dataset| dataset.id).collect());
                    }
                    Condition::Attribute(asked, answer) => {
                        let key = fold(asked);
                        let is_answered = |question: &&Question| {
                            question.is_called(&key)
                                && question.ids.iter().any(|id| {
                                    let number = files.attributes.get(id);
                                    number.is_some_and(|number| seen.in_common(files.answered(number)) > 0)
                                })
                        };
                        let theirs: Vec<&Question> = questions.iter().filter(is_answered).collect();
                        // One question may be several, with one name.
                        let names =
                            theirs.iter().flat_map(|question| question.ids.iter().map(|_| question.name.clone()));
                        known.questions.insert(asked.clone(), names.collect());
                        if let Answer::Is(text) = answer {
                            let key = fold(text);
                            let options = theirs.iter().flat_map(|question| &question.options);
                            let chosen = options.filter(|option| {
                                fold(&option.name) == key && seen.in_common(&option.files(&columns)) > 0
                            });
                            let ids = chosen.flat_map(|option| option.ids.iter().map(|(_, option)| *option)).collect();
                            known.options.insert((asked.clone(), text.clone()), ids);
                        }
                    }
                    _ => {}
                }
            }
            known
        })
        .await
    }
}
