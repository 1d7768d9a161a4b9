import type french from '../fr/account';
import type { Texts } from '../texts';

const account: Texts<typeof french> = {
  field: {
    fullName: 'Full name',
    email: 'Email address',
    login: 'Login name (email address)',
    password: 'Password',
    currentPassword: 'Current password',
    newPassword: 'New password',
    confirmation: 'Confirm password',
    organisationCode: 'Organisation code',
    organisation: 'Organisation',
    captcha: 'Robot check',
  },
  signUp: {
    title: 'Create an account',
    lead: 'An account opens the portal and a sandbox application, made for you, with its credentials.',
    already: 'Do you have an account already?',
    signIn: 'Sign in',
    mandatory: 'All fields are mandatory but the organisation code and the two subscriptions.',
    emailHelp: 'This is your login name. A confirmation message is sent to it.',
    hasCode: 'I have an organisation code',
    hasCodeHelp: 'Your organisation’s administrator gave it to you in an invitation. You can register without one.',
    codeHelp: 'Copy it as it stands in your invitation.',
    organisationHelp: 'It decides which APIs you see. If in doubt, keep the first of the list.',
    newsletter: 'I agree to receive information from the portal (news, unavailability)',
    surveys: 'I agree to receive satisfaction surveys',
    termsLabel: 'Terms of use',
    terms: 'I accept the <terms>terms of use (new tab)</terms>',
    processing:
      'What you enter is used by {{controller}} to make the portal’s APIs available. You can see, correct or delete it or withdraw your consent at any time, in your profile or by writing to',
    submit: 'Create the account',
  },
  mail: {
    title: 'Check your mailbox',
    confirmation: 'A message is on its way to {{email}}. It tells how to go on with your registration.',
    reset: 'If there is an account for {{email}}, a message has been sent to it.',
    next: 'What comes next',
    open: 'Open the message.',
    followConfirmation: 'Follow its link, good for {{duration}}, and enter the password that you have just chosen.',
    followReset: 'Follow its link, good for {{duration}}, and choose a new password.',
    application: 'Your sandbox application is waiting for you, with its credentials.',
    nothing: 'Nothing received?',
    junk: 'Wait a few minutes and look into your junk mail.',
    again: 'Ask for a new message',
    hours_one: '{{count}} hour',
    hours_many: '{{count}} hours',
    hours_other: '{{count}} hours',
    minutes_one: '{{count}} minute',
    minutes_many: '{{count}} minutes',
    minutes_other: '{{count}} minutes',
  },
  resend: {
    title: 'Send the confirmation message again',
    lead: 'Enter the address that you registered with. The earlier link then stops working.',
    submit: 'Send the message again',
  },
  confirm: {
    title: 'Confirm my registration',
    lead: 'One last step: enter the password that you chose. You will then be signed in.',
    passwordHelp: 'The one of your registration. It proves that it was you who asked for it.',
    submit: 'Confirm and sign in',
    deadTitle: 'This link no longer works',
    deadText:
      'It has expired, was already used, or was replaced by a later message. If your account is confirmed already, sign in.',
    again: 'Ask for a new message',
  },
  signIn: {
    title: 'Sign in',
    noAccount: 'You don’t have an account?',
    signUp: 'Create an account',
    forgotten: 'Forgotten password?',
    submit: 'Sign in',
    comeBack: 'Sign in to open the page you asked for: you will come back to it at once.',
    reason: {
      'password-changed': 'Your password is changed and all your sessions have ended. Sign in with the new one.',
      'password-reset': 'Your new password is saved. Sign in with it.',
      'terms-refused':
        'You refused the terms of use: the portal stays closed and you are signed out. You can accept them when you next sign in.',
    },
  },
  forgotten: {
    title: 'Forgotten password',
    lead: 'Enter your address: you will receive a link to choose a new password.',
    submit: 'Send the link',
  },
  reset: {
    title: 'Choose a new password',
    lead: 'All your sessions will end. You then sign in with the new password.',
    submit: 'Save the password',
    deadTitle: 'This link no longer works',
    deadText: 'It has expired, was already used, or was replaced by a later message.',
    again: 'Ask for a new link',
  },
  change: {
    title: 'Change my password',
    consequence:
      'After the change all your sessions end, this one too: you sign in again. The credentials of your applications go on working.',
    submit: 'Change the password',
  },
  forced: {
    title: 'Choose your password',
    text: 'Your current password was made by somebody else. Choose your own to go on.',
    signOut: 'Sign out',
  },
  terms: {
    title: 'Terms of use of the portal',
    lead: 'To use the portal, read and accept its terms. If you refuse them, you will be signed out.',
    text: 'Text of the terms',
    version: 'Version {{version}} of {{day}}',
    accept: 'I accept',
    refuse: 'I refuse and sign out',
    data: 'Export my data or delete my account without accepting',
  },
};

export default account;
