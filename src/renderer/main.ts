/** Entry of the page. */
const app = document.querySelector('#app')
if (app !== null) app.textContent = 'Hilum'
