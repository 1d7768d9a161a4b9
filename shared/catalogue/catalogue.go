// Package catalogue is what providers have published: APIs, their versions and settings as they are kept, and how they are
// read. Small enough for every function of the portal and the jobs to link; publishing, with all that it takes to read a
// document and to store one, is package publication.
package catalogue
