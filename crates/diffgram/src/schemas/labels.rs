//! Labels of a schema: made, and never anything else by a key.

use portal_model::id::{LabelId, SchemaId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Error, ProjectClient, transport::Call, wire::WireLabel};

/// A colour as Diffgram's pages need it: with digits alone, or digits and hue, they fail to draw a file's annotations
/// (`diffgram-api.md` §7.2).
fn colour(hex: &str) -> Option<Value> {
    let part = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let (r, g, b) = (part(1)?, part(3)?, part(5)?);
    Some(json!({"hex": hex, "rgba": {"r": r, "g": g, "b": b, "a": 1}}))
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/label/new`: makes a label; Diffgram picks a colour where none is given. A name that is there
    /// already is **made again**, with 200 (`diffgram-api.md` §7.2, recorded `05-labels/08`): look first.
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been made all the same.
    pub async fn new_label(&self, schema: SchemaId, name: &str, color: Option<&str>) -> Result<LabelId, Error> {
        #[derive(Deserialize)]
        struct Wire {
            label: WireLabel,
        }
        let path = format!("/api/v1/project/{}/label/new", self.id);
        let mut body = json!({"name": name, "schema_id": schema});
        if let Some(colour) = color.and_then(colour) {
            body["colour"] = colour;
        }
        let wire: Wire = self.call(Call::write("new label", path, body)).await?;
        Ok(wire.label.label().id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_its_parts_beside_its_digits() {
        let red = json!({"hex": "#e03131", "rgba": {"r": 224, "g": 49, "b": 49, "a": 1}});
        assert_eq!(colour("#e03131"), Some(red));
        assert_eq!((colour("red"), colour("#é31")), (None, None));
    }
}
