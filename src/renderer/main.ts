import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { platformOf, portsOver } from './bridge.ts'
import './design/base.css'
import { KeyDispatcher, KEYS } from './keys/dispatcher.ts'
import { PLATFORM } from './platform.ts'
import { createServices, SERVICES } from './services.ts'
import { useNotices } from './stores/notices.ts'

/** Entry of the page: puts the app together and shows what nobody caught. */
const app = createApp(App)
app.provide(SERVICES, createServices(portsOver(window)))
app.provide(PLATFORM, platformOf(window))
app.provide(KEYS, new KeyDispatcher())
app.use(createPinia())

const notices = useNotices()
app.config.errorHandler = (thrown) => notices.report(thrown)
window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  notices.report(event.reason)
})
app.mount('#app')
