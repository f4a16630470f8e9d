/** 40 given names and 90 family names: as many pairs as a search for a word has to do with. */
export const GIVEN_NAMES = (
  'Ada Alan Amina Anders Aylin Bea Bruno Chidi Clara Dana Deniz Edsger Elif Emil Fatima Grace Hana Hedy Ines Ivan ' +
  'Jonas Karim Katherine Lea Linus Mai Mateo Mila Noor Oskar Priya Radia Rosa Sanjay Sofia Tim Uma Viktor Wei Zoe'
).split(' ');

export const FAMILY_NAMES = (
  'Abara Achebe Aho Almeida Anand Arslan Backus Bauer Becker Berg Bianchi Borg Brandt Brown Cerf Chen Costa Dahl Demir ' +
  'Diaz Dijkstra Dubois Ekström Engelbart Fischer Floyd Fontana Garcia Goldberg Gupta Haas Hamilton Hansen Hoare Hoffmann ' +
  'Hopper Ito Ivanova Jansen Jensen Johnson Kaya Keller Khan Kim Klein Knuth Koch Kowalska Krause Lamarr Lamport Larsen ' +
  'Lee Lindqvist Liskov Lopez Lovelace Mayer Meyer Moreau Müller Nakamura Nguyen Novak Okafor Olsen Park Patel Perlman ' +
  'Petrov Pires Ritchie Rossi Sato Schmidt Silva Singh Spärck Stonebraker Tanaka Thompson Torvalds Turing Ueda Varga ' +
  'Weber Wirth Yilmaz Zimmer'
).split(' ');
