// Generated from shared/problem/codes.yaml (make generate): edit that file instead.

/** What is said beside a field. */
export const field = {
  required: 'Saisissez une valeur.',
  too_short: 'Cette valeur est trop courte.',
  too_long: 'Cette valeur est trop longue.',
  malformed: 'Cette valeur n’a pas le format attendu.',
  not_allowed: 'Cette valeur n’est pas acceptée ici.',
  password_too_short: 'Le mot de passe doit comporter au moins 12 caractères.',
  password_too_long: 'Le mot de passe peut comporter au plus 128 caractères.',
  password_no_digit: 'Le mot de passe doit contenir un chiffre.',
  password_no_lowercase: 'Le mot de passe doit contenir une lettre minuscule.',
  password_no_uppercase: 'Le mot de passe doit contenir une lettre majuscule.',
  password_no_special: 'Le mot de passe doit contenir un caractère spécial ; un espace en est un.',
  password_common: 'Ce mot de passe est trop répandu ou trop régulier. Choisissez plusieurs mots sans lien entre eux.',
  password_personal: 'Le mot de passe ne doit contenir ni votre nom, ni votre adresse, ni votre organisation, ni le nom du portail.',
  password_unchanged: 'Le nouveau mot de passe est identique à l’actuel.',
  password_wrong: 'Mot de passe incorrect.',
  organisation_code_invalid: 'Ce code n’est pas reconnu. Demandez-le à l’administrateur de votre organisation.',
  terms_outdated: 'Les conditions viennent de changer. Lisez-les, puis acceptez-les de nouveau.',
  captcha_required: 'La vérification de sécurité n’a pas abouti. Cochez la case et patientez un instant.',
  captcha_invalid: 'La vérification de sécurité a expiré et a été relancée. Envoyez de nouveau le formulaire.',
  sole_administrator: 'Vous êtes la seule personne qui l’administre.',
  sole_owner: 'Vous en êtes la seule personne propriétaire.',
};
