//! The requirements of the sources, by their numbers, through HTTP.

mod a;
mod b;
mod d;
mod k;
