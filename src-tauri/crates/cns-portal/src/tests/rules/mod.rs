//! The requirements of the sources, by their numbers, through HTTP.

mod a;
mod b;
mod c;
mod d;
mod e;
mod f;
mod f_tries;
mod h;
mod k;
