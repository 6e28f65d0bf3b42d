/** The forms and their fields in reading order: what the error summary links to. Never the password's value. */
export interface FormPage {
  readonly view: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, { label: string; isKept: boolean; isOptional?: boolean }>>;
}

const EMAIL = { label: 'Email', isKept: true };
const PASSWORD = { label: 'Password', isKept: false };

export const LOGIN_PAGE: FormPage = {
  view: 'pages/sign-in',
  title: 'Log in',
  fields: { email: EMAIL, password: PASSWORD, remember: { label: 'Remember me', isKept: true, isOptional: true } },
};

export const REGISTER_PAGE: FormPage = {
  view: 'pages/sign-up',
  title: 'Register',
  fields: { name: { label: 'Name', isKept: true }, email: EMAIL, password: PASSWORD },
};

export const FORM_PAGES: Readonly<Record<string, FormPage>> = { '/login': LOGIN_PAGE, '/register': REGISTER_PAGE };
