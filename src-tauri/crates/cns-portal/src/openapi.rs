//! The API, described from the code that serves it (OpenAPI 3.1).

mod shapes;

use cns_portal_api::Problem;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr};
use utoipa::{IntoResponses, Modify, OpenApi as _, ToSchema as _};

/// What every operation may answer other than success: a problem (RFC 9457).
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let rows: [(&str, &str); 16] = [
            ("400", "La richiesta non è leggibile"),
            ("401", "Non c'è una sessione"),
            ("403", "Non è permesso"),
            ("404", "Non esiste"),
            ("405", "L'operazione non è prevista"),
            ("406", "Il tipo chiesto non è disponibile"),
            ("408", "È passato troppo tempo"),
            ("409", "Lo stato non lo permette"),
            ("412", "È cambiato nel frattempo"),
            ("413", "È troppo grande"),
            ("415", "Il tipo non è accettato"),
            ("422", "La richiesta non è completa"),
            ("428", "Manca la versione (If-Match)"),
            ("429", "Troppi tentativi"),
            ("431", "Le intestazioni sono troppo grandi"),
            ("503", "Il portale non è disponibile"),
        ];
        rows.into_iter()
            .map(|(status, description)| (status.to_owned(), RefOr::T(response(status, description))))
            .collect()
    }
}

fn response(status: &str, description: &str) -> Response {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    let mut response = ResponseBuilder::new()
        .description(description)
        .content(Problem::MEDIA_TYPE, body);
    if ["429", "503"].contains(&status) {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("Secondi dopo i quali riprovare"));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

/// The frame that the routes fill.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Portale di riferimento",
        version = "1.0.0",
        description = "Accesso con la CNS o con il PIN del portale, e area riservata. Le persone e i dati sono inventati.",
        contact(name = "Sportello"),
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    components(schemas(Problem)),
    modifiers(&Ways)
)]
struct Frame;

struct Ways;

impl Modify for Ways {
    /// The two ways to be known: a session's token, and the card's certificate on the CNS host.
    fn modify(&self, api: &mut OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme(
            "cns",
            SecurityScheme::MutualTls {
                description: Some("Il certificato di autenticazione della tessera".to_owned()),
                deprecated: None,
                extensions: None,
            },
        );
    }
}

/// The description without any route.
pub(crate) fn frame() -> OpenApi {
    Frame::openapi()
}

/// The whole description, as JSON; the same bytes for the same code.
pub(crate) fn text(api: &OpenApi) -> String {
    let text = serde_json::to_string_pretty(&document(api));
    // The description is made of strings and maps with strings for keys: it has a JSON form.
    text.unwrap_or_default() + "\n"
}

/// The description, with the shapes of what is typed.
fn document(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    for (place, says) in shapes::rows() {
        let schema = document.pointer_mut(&format!("/components/schemas/{place}"));
        if let (Some(Value::Object(schema)), Value::Object(says)) = (schema, says) {
            schema.extend(says);
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        say_files(paths);
    }
    document
}

/// Says of every body that is a file that it is one: utoipa describes its bytes as a list of numbers.
fn say_files(part: &mut Value) {
    if let Some(content) = part.get_mut("content").and_then(Value::as_object_mut) {
        for (media_type, body) in content {
            if !media_type.ends_with("json") {
                *body = serde_json::json!({ "schema": { "type": "string", "format": "binary" } });
            }
        }
        return;
    }
    match part {
        Value::Object(parts) => parts.values_mut().for_each(say_files),
        Value::Array(parts) => parts.iter_mut().for_each(say_files),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    /// The committed description. `UPDATE_OPENAPI=1 cargo test -p cns-portal openapi` writes it anew.
    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

    #[test]
    fn the_committed_description_is_that_of_the_code() {
        let made = text(&routes::description());
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(COMMITTED, &made).unwrap();
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        assert!(
            committed == made,
            "openapi.json is stale: UPDATE_OPENAPI=1 cargo test -p cns-portal openapi"
        );
    }

    #[test]
    fn every_operation_has_a_name_a_summary_and_its_refusals() {
        let api = document(&routes::description());
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} names two operations");
                assert!(operation["summary"].is_string(), "{method} {path}");
                assert!(operation["responses"]["503"].is_object(), "{method} {path}");
            }
        }
        assert!(names.len() >= 6, "{names:?}");
    }

    #[test]
    fn every_shape_is_of_a_field_that_there_is() {
        let api = document(&routes::description());
        for (place, says) in shapes::rows() {
            let schema = api.pointer(&format!("/components/schemas/{place}"));
            let schema = schema.unwrap_or_else(|| panic!("{place} is not there"));
            for (word, value) in says.as_object().unwrap() {
                assert_eq!(&schema[word], value, "{place}");
            }
        }
    }
}
